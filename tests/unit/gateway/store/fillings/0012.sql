-- Payments whose customers were told to wait, and were shown where to pay; and what they are told besides.
UPDATE payments SET waited_at = '2026-01-15 09:00+00' WHERE id = '12000000-0000-4000-8000-000000000001';

INSERT INTO messages (id, kind, template, locale, address, contents, expires_at)
VALUES
    ('0e000000-0000-4000-8000-000000000121', 'EMAIL', 'RENEWAL_AGREED', 'ru', 'ivanov@example.ru', '{"number": "1"}', NULL),
    ('0e000000-0000-4000-8000-000000000122', 'EMAIL', 'RENEWAL_REPRICED', 'en', 'ivanov@example.ru', '{"number": "2"}', NULL),
    ('0e000000-0000-4000-8000-000000000123', 'EMAIL', 'PAYMENT_READY', 'ru', 'ivanov@example.ru', '{"number": "3"}', NULL);
