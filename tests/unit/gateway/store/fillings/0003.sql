-- Registrations that were prepared, with links to either contact; how far the journal was followed.
INSERT INTO registrations (id, origin, client_isn, token, expires_at, phone, phone_matches, phone_confirmed, email,
    email_matches, email_confirmed, link)
VALUES
    ('0b000000-0000-4000-8000-000000000006', 'PREPARED', 2596516908, sha256('link by mail'), '2026-01-22 10:00+00',
     '+79161234569', true, false, 'elena@example.ru', true, false, 'EMAIL'),
    ('0b000000-0000-4000-8000-000000000007', 'AUTOMATIC', 2596516909, sha256('link by phone'), '2026-01-22 10:00+00',
     '+79161234570', true, false, NULL, NULL, NULL, 'PHONE');

INSERT INTO feeds (source, seq) VALUES ('policy_core', 4217);

INSERT INTO decisions (seq, client_isn, policy, outcome, at, rule)
VALUES
    (4216, NULL, 'P404', 'POLICY_UNKNOWN', '2026-01-15 09:00+00', 'KASKO,OSAGO; 14 days'),
    (4217, 2596516909, 'P10033150', 'ACCEPTED', '2026-01-15 09:01+00', 'KASKO,OSAGO; 14 days');
