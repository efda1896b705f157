"""Russian names put together from common parts, in the right form for the sex."""

from dev.simulators.population.dice import Dice
from dev.simulators.population.records import PersonName, Sex


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


MALE_FIRST = _words(
    "Александр Алексей Анатолий Андрей Антон Артём Борис Вадим Валерий Василий Виктор Виталий Владимир Вячеслав "
    "Геннадий Георгий Глеб Григорий Данил Денис Дмитрий Евгений Егор Иван Игорь Илья Кирилл Константин Лев Максим "
    "Михаил Никита Николай Олег Павел Пётр Роман Сергей Степан Фёдор Юрий Ярослав"
)
FEMALE_FIRST = _words(
    "Александра Алина Алла Алёна Анастасия Анна Валентина Валерия Варвара Вера Вероника Виктория Галина Дарья Диана "
    "Евгения Екатерина Елена Елизавета Жанна Зоя Инна Ирина Карина Кира Ксения Лариса Лидия Любовь Людмила Марина "
    "Мария Надежда Наталья Нина Оксана Ольга Полина Светлана София Татьяна Юлия"
)
FATHERS = (
    ("Александрович", "Александровна"),
    ("Алексеевич", "Алексеевна"),
    ("Анатольевич", "Анатольевна"),
    ("Андреевич", "Андреевна"),
    ("Антонович", "Антоновна"),
    ("Артёмович", "Артёмовна"),
    ("Борисович", "Борисовна"),
    ("Вадимович", "Вадимовна"),
    ("Валерьевич", "Валерьевна"),
    ("Васильевич", "Васильевна"),
    ("Викторович", "Викторовна"),
    ("Витальевич", "Витальевна"),
    ("Владимирович", "Владимировна"),
    ("Вячеславович", "Вячеславовна"),
    ("Геннадьевич", "Геннадьевна"),
    ("Георгиевич", "Георгиевна"),
    ("Григорьевич", "Григорьевна"),
    ("Денисович", "Денисовна"),
    ("Дмитриевич", "Дмитриевна"),
    ("Евгеньевич", "Евгеньевна"),
    ("Егорович", "Егоровна"),
    ("Иванович", "Ивановна"),
    ("Игоревич", "Игоревна"),
    ("Ильич", "Ильинична"),
    ("Кириллович", "Кирилловна"),
    ("Константинович", "Константиновна"),
    ("Львович", "Львовна"),
    ("Максимович", "Максимовна"),
    ("Михайлович", "Михайловна"),
    ("Никитич", "Никитична"),
    ("Николаевич", "Николаевна"),
    ("Олегович", "Олеговна"),
    ("Павлович", "Павловна"),
    ("Петрович", "Петровна"),
    ("Романович", "Романовна"),
    ("Семёнович", "Семёновна"),
    ("Сергеевич", "Сергеевна"),
    ("Степанович", "Степановна"),
    ("Фёдорович", "Фёдоровна"),
    ("Юрьевич", "Юрьевна"),
)
SURNAMES = _words(
    "Абрамов Алексеев Андреев Баранов Белов Беляев Богданов Борисов Васильев Виноградов Воробьёв Гаврилов Голубев "
    "Григорьев Грачёв Давыдов Егоров Зайцев Иванов Калинин Киселёв Ковалёв Козлов Королёв Кузнецов Лебедев Макаров "
    "Медведев Морозов Никитин Новиков Орлов Павлов Пономарёв Попов Романов Семёнов Сидоров Соколов Соловьёв Степанов "
    "Фролов Чернышёв Щербаков Яковлев Островский Троицкий Высоцкий Раевский Черненко Шевченко Бондаренко Дюма Белых"
)
_NO_PATRONYMIC_PERCENT = 6
_DOUBLE_SURNAME_PERCENT = 5


def person_name(dice: Dice, sex: Sex) -> PersonName:
    """A name; a few have no patronymic, a few a double surname."""
    female = sex is Sex.FEMALE
    last = surname(dice.pick(SURNAMES), female)
    if dice.chance(_DOUBLE_SURNAME_PERCENT):
        second = surname(dice.pick(SURNAMES), female)
        last = f"{last}-{second}" if second != last else last
    first = dice.pick(FEMALE_FIRST if female else MALE_FIRST)
    patronymic = None if dice.chance(_NO_PATRONYMIC_PERCENT) else dice.pick(FATHERS)[female]
    return PersonName(last, first, patronymic)


def surname(male: str, female: bool) -> str:
    """The surname's form for the sex: -ов, -ев, -ёв, -ин take -а; -ский, -цкий become -ская, -цкая; others stay."""
    if not female:
        return male
    if male.endswith(("ский", "цкий")):
        return male.removesuffix("ий") + "ая"
    return male + "а" if male.endswith(("ов", "ев", "ёв", "ин")) else male


_LATIN = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        _words("a b v g d e e zh z i i k l m n o p r s t u f kh ts ch sh shch _ y _ e yu ya"),
        strict=True,
    )
)


def latin(name: str) -> str:
    """The name in Latin letters, as an e-mail address has it."""
    return "".join(_LATIN.get(letter, letter) for letter in name.lower()).replace("_", "")
