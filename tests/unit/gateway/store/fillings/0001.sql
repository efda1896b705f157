-- Accounts of every origin, one of them locked; registrations at each step; messages in each state.
INSERT INTO accounts (id, client_isn, origin, phone, email, password_hash, two_step, created_at, locked_at, lock_reason)
VALUES
    ('0a000000-0000-4000-8000-000000000001', 2596516901, 'SELF', '+79161234567', 'anna@example.ru',
     '$argon2id$v=19$m=24576,t=3,p=1$c2FsdHNhbHQ$aGFzaA', false, '2026-01-15 09:00+00', NULL, NULL),
    ('0a000000-0000-4000-8000-000000000002', 2596516902, 'PREPARED', '+77011234567', 'boris@example.ru',
     '$argon2id$v=19$m=24576,t=3,p=1$c2FsdHNhbHQ$aGFzaA', true, '2026-01-16 09:00+00', NULL, NULL),
    ('0a000000-0000-4000-8000-000000000003', 2596516903, 'AUTOMATIC', '+79161234567', 'вера@пример.рф',
     '$argon2id$v=19$m=24576,t=3,p=1$c2FsdHNhbHQ$aGFzaA', false, '2026-01-17 09:00+00',
     '2026-01-18 09:00+00', 'телефон украден');

INSERT INTO registrations (id, origin, client_isn, policy_isn, token, previous, expires_at, phone, phone_matches,
    phone_confirmed, email, email_matches, email_confirmed, questions, wrong_answers, refused, account_id)
VALUES
    ('0b000000-0000-4000-8000-000000000001', 'SELF', 2596516904, 100, sha256('begun'), NULL, '2026-01-15 10:00+00',
     NULL, NULL, NULL, NULL, NULL, NULL, '[]', 0, false, NULL),
    ('0b000000-0000-4000-8000-000000000002', 'SELF', 2596516905, 101, sha256('asked'), sha256('before asked'),
     '2026-01-15 10:00+00', '+79050001122', false, true, 'galina@example.ru', true, true,
     '[{"kind": "BIRTH_YEAR", "subject": "", "answered": false},
       {"kind": "POLICY_YEAR", "subject": "P10033148", "answered": false}]', 1, false, NULL),
    ('0b000000-0000-4000-8000-000000000003', 'SELF', 2596516906, 102, sha256('refused'), sha256('before refused'),
     '2026-01-15 10:00+00', '+79050001123', false, true, 'denis@example.ru', true, true,
     '[{"kind": "PLATE_DIGITS", "subject": "P10033149", "answered": false}]', 3, true, NULL),
    ('0b000000-0000-4000-8000-000000000004', 'SELF', 2596516901, 103, sha256('done'), sha256('before done'),
     '2026-01-15 10:00+00', '+79161234567', true, true, 'anna@example.ru', true, true, '[]', 0, false,
     '0a000000-0000-4000-8000-000000000001'),
    ('0b000000-0000-4000-8000-000000000005', 'PREPARED', 2596516907, NULL, sha256('prepared'), NULL,
     '2026-01-15 10:00+00', '+79161234568', true, false, NULL, NULL, NULL, '[]', 0, false, NULL);

INSERT INTO codes (id, purpose, subject, kind, address, hash, sent_at, expires_at, attempts, used_at)
VALUES
    ('0c000000-0000-4000-8000-000000000001', 'REGISTRATION', '0b000000-0000-4000-8000-000000000002', 'PHONE',
     '+79050001122', 'keyed', '2026-01-15 09:00+00', '2026-01-15 09:10+00', 2, '2026-01-15 09:01+00'),
    ('0c000000-0000-4000-8000-000000000002', 'REGISTRATION', '0b000000-0000-4000-8000-000000000002', 'EMAIL',
     'galina@example.ru', 'keyed', '2026-01-15 09:02+00', '2026-01-15 09:12+00', 0, NULL);

INSERT INTO sessions (id, account_id, device, created_at, used_at, expires_at, ended_at, end_reason)
VALUES
    ('0d000000-0000-4000-8000-000000000001', '0a000000-0000-4000-8000-000000000001', 'Firefox on Linux',
     '2026-01-15 09:00+00', '2026-01-15 09:30+00', '2026-07-15 09:00+00', NULL, NULL),
    ('0d000000-0000-4000-8000-000000000002', '0a000000-0000-4000-8000-000000000003', '',
     '2026-01-15 09:00+00', '2026-01-15 09:30+00', '2026-07-15 09:00+00', '2026-01-16 09:00+00', 'LOCKED');

INSERT INTO refresh_tokens (hash, session_id, issued_at, expires_at, used_at)
VALUES
    (sha256('first refresh'), '0d000000-0000-4000-8000-000000000001', '2026-01-15 09:00+00', '2026-02-15 09:00+00',
     '2026-01-15 09:30+00'),
    (sha256('second refresh'), '0d000000-0000-4000-8000-000000000001', '2026-01-15 09:30+00', '2026-02-15 09:30+00',
     NULL);

INSERT INTO consents (account_id, purpose, text_version, given_at, revoked_at)
VALUES
    ('0a000000-0000-4000-8000-000000000001', 'PERSONAL_DATA', 'v1', '2026-01-15 09:00+00', NULL),
    ('0a000000-0000-4000-8000-000000000001', 'MARKETING', 'v1', '2026-01-15 09:00+00', '2026-01-16 09:00+00'),
    ('0a000000-0000-4000-8000-000000000001', 'MARKETING', 'v1', '2026-01-17 09:00+00', NULL),
    ('0a000000-0000-4000-8000-000000000002', 'ELECTRONIC_DOCUMENTS', 'v1', '2026-01-16 09:00+00', NULL);

INSERT INTO messages (id, kind, template, locale, address, contents, left_at, sent_at, dead_at, failure)
VALUES
    ('0e000000-0000-4000-8000-000000000001', 'PHONE', 'CODE', 'ru', '+79050001122',
     '{"code": "123456", "purpose": "REGISTRATION"}', '2026-01-15 09:00+00', NULL, NULL, NULL),
    ('0e000000-0000-4000-8000-000000000002', 'EMAIL', 'REGISTERED', 'en', NULL, NULL, '2026-01-15 09:00+00',
     '2026-01-15 09:01+00', NULL, NULL),
    ('0e000000-0000-4000-8000-000000000003', 'PHONE', 'ACCOUNT_LOCKED', 'ru', NULL, NULL, '2026-01-15 09:00+00', NULL,
     '2026-01-15 12:00+00', 'refused'),
    ('0e000000-0000-4000-8000-000000000004', 'EMAIL', 'PASSWORD_CHANGED', 'ru', 'anna@example.ru', '{}',
     '2026-01-15 09:00+00', NULL, NULL, NULL),
    ('0e000000-0000-4000-8000-000000000005', 'EMAIL', 'ACTIVATION', 'ru', 'boris@example.ru', '{"link": "https://a/#t"}',
     '2026-01-15 09:00+00', NULL, NULL, NULL);

INSERT INTO procrastinate_jobs (queue_name, task_name, args, status)
VALUES ('outbox', 'outbox.send', '{"id": "0e000000-0000-4000-8000-000000000001"}', 'todo');
