-- A change of a contact in each state, and the message that tells of one.
INSERT INTO contact_changes (id, account_id, kind, address, proved_by, token, begun_at, expires_at, state,
    new_confirmed, old_confirmed, attempts, accepted_at, ended_at, failure)
VALUES
    ('0f000000-0000-4000-8000-000000000001', '0a000000-0000-4000-8000-000000000001', 'EMAIL', 'anna.new@example.ru',
     'EMAIL', sha256('begun change'), '2026-01-20 09:00+00', '2026-01-20 10:00+00', 'BEGUN', true, false, 0, NULL, NULL,
     NULL),
    ('0f000000-0000-4000-8000-000000000002', '0a000000-0000-4000-8000-000000000001', 'PHONE', '+79161112233', 'EMAIL',
     sha256('waiting change'), '2026-01-19 09:00+00', '2026-01-19 10:00+00', 'WAITING', true, true, 7,
     '2026-01-19 09:05+00', NULL, NULL),
    ('0f000000-0000-4000-8000-000000000003', '0a000000-0000-4000-8000-000000000002', 'PHONE', NULL, 'PHONE',
     sha256('delivered change'), '2026-01-18 09:00+00', '2026-01-18 10:00+00', 'DELIVERED', true, true, 1,
     '2026-01-18 09:05+00', '2026-01-18 09:06+00', NULL),
    ('0f000000-0000-4000-8000-000000000004', '0a000000-0000-4000-8000-000000000002', 'EMAIL', NULL, 'PHONE',
     sha256('dead change'), '2026-01-17 09:00+00', '2026-01-17 10:00+00', 'DEAD', true, true, 3,
     '2026-01-17 09:05+00', '2026-01-17 09:06+00', 'NotFound');

INSERT INTO codes (id, purpose, subject, kind, address, hash, sent_at, expires_at, attempts)
VALUES ('0c000000-0000-4000-8000-000000000003', 'CONTACT_CHANGE', '0f000000-0000-4000-8000-000000000001', 'EMAIL',
    'anna.new@example.ru', 'keyed', '2026-01-20 09:00+00', '2026-01-20 09:10+00', 0);

INSERT INTO messages (id, kind, template, locale, address, contents)
VALUES ('0e000000-0000-4000-8000-000000000006', 'PHONE', 'CONTACT_CHANGED', 'ru', '+79161234567', '{}');

INSERT INTO procrastinate_jobs (queue_name, task_name, args, status)
VALUES ('outbox', 'contacts.deliver', '{"id": "0f000000-0000-4000-8000-000000000002"}', 'todo');
