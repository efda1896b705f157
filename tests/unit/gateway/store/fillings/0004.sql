-- Who read what is personal, with a named operation and without.
INSERT INTO personal_reads (at, actor, client_isn, reason, operation, document, request_id)
VALUES
    ('2026-01-15 09:00+00', 'desk-1', 2596516901, 'звонок клиента', 'ClientCard', 'a1b2c3', 'r-1'),
    ('2026-01-15 09:01+00', 'desk-2', 2596516902, 'жалоба 17', NULL, 'd4e5f6', 'r-2');
