"""The page a balancer shows in place of the system, under status 200."""

_PAGE = """<!DOCTYPE html>
<html lang="ru">
<head><meta charset="{charset}"><title>Технические работы</title></head>
<body>
<h1>Сервис временно недоступен</h1>
<p>Ведутся технические работы. Приносим извинения за неудобства, попробуйте зайти позже.</p>
</body>
</html>
"""


def maintenance_page(charset: str) -> bytes:
    """The HTML page in the system's charset."""
    return _PAGE.format(charset=charset).encode(charset)
