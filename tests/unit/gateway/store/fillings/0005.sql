-- Recoveries with an account and without, at several steps; a sign-in that waits for its code.
INSERT INTO recoveries (id, kind, address, token, previous, expires_at, account_id, client_isn, other, other_confirmed,
    phone_lost, questions, wrong_answers, refused, is_done)
VALUES
    ('10000000-0000-4000-8000-000000000001', 'PHONE', '+79990000000', sha256('nobody recovers'), NULL,
     '2026-01-15 10:00+00', NULL, NULL, NULL, false, false, '[]', 0, false, false),
    ('10000000-0000-4000-8000-000000000002', 'EMAIL', 'anna@example.ru', sha256('anna recovers'),
     sha256('before anna recovers'), '2026-01-15 10:00+00', '0a000000-0000-4000-8000-000000000001', 2596516901,
     '+79161234567', false, true, '[{"kind": "INSTALMENT_MONTH", "subject": "P10033148", "answered": true}]', 0, false,
     true),
    ('10000000-0000-4000-8000-000000000003', 'PHONE', '+77011234567', sha256('boris recovers'),
     sha256('before boris recovers'), '2026-01-15 10:00+00', '0a000000-0000-4000-8000-000000000002', 2596516902,
     'boris@example.ru', true, false, '[{"kind": "BIRTH_YEAR", "subject": "", "answered": false}]', 3, true, false);

INSERT INTO sign_in_challenges (id, account_id, token, expires_at)
VALUES ('11000000-0000-4000-8000-000000000001', '0a000000-0000-4000-8000-000000000002', sha256('challenge'),
    '2026-01-15 10:00+00');

INSERT INTO codes (id, purpose, subject, kind, address, hash, sent_at, expires_at, attempts)
VALUES
    ('0c000000-0000-4000-8000-000000000004', 'RECOVERY', '10000000-0000-4000-8000-000000000001', 'PHONE',
     '+79990000000', 'keyed', '2026-01-15 09:00+00', '2026-01-15 09:10+00', 0),
    ('0c000000-0000-4000-8000-000000000005', 'SIGN_IN', '11000000-0000-4000-8000-000000000001', 'PHONE',
     '+77011234567', 'keyed', '2026-01-15 09:00+00', '2026-01-15 09:10+00', 0);

INSERT INTO messages (id, kind, template, locale, address, contents)
VALUES
    ('0e000000-0000-4000-8000-000000000007', 'PHONE', 'NO_ACCOUNT', 'ru', '+79990000000', '{}'),
    ('0e000000-0000-4000-8000-000000000008', 'EMAIL', 'ATTEMPTS_USED_UP', 'en', 'anna@example.ru', '{}');
