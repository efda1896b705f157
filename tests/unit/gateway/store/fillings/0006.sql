-- A code that is good for a while and a link, each replaced by a newer one; an owner who reads English.
INSERT INTO messages (id, kind, template, locale, address, contents, expires_at, purpose, subject)
VALUES
    ('0e000000-0000-4000-8000-000000000009', 'PHONE', 'CODE', 'ru', '+79161234567', '{"code": "123456"}',
     '2026-01-15 09:10+00', 'REGISTRATION', '0b000000-0000-4000-8000-000000000001'),
    ('0e000000-0000-4000-8000-000000000010', 'EMAIL', 'ACTIVATION', 'en', 'anna@example.ru', '{"link": "https://l"}',
     '2026-01-22 09:00+00', NULL, NULL);

UPDATE accounts SET locale = 'en' WHERE id = '0a000000-0000-4000-8000-000000000002';
