-- Two versions of the rule and a decision by one; an event that is being tried; what an employee did to accounts.
INSERT INTO automatic_rules (is_on, lines, least_premium, contacts, new_days, by, reason, at)
VALUES
    (true, '{KASKO,OSAGO}', 1000.00, '{PHONE,EMAIL}', 14, 'Ivanova', 'the pilot begins', '2026-01-16 09:00+00'),
    (false, '{KASKO,OSAGO}', NULL, '{EMAIL}', 3, 'Petrov', 'complaint 17', '2026-01-16 10:00+00');

INSERT INTO decisions (seq, client_isn, policy, outcome, at, rule, rule_number)
VALUES (4218, 2596516910, 'P10033151', 'NOT_NEW', '2026-01-16 09:01+00', 'a hash', 1);

UPDATE feeds SET seq = 4218, tried = 4219, tries = 2, trying = true;

INSERT INTO account_actions (at, actor, client_isn, action, reason)
VALUES
    ('2026-01-16 09:00+00', 'desk-1', 2596516901, 'LOCK', 'a stolen phone'),
    ('2026-01-16 09:05+00', 'desk-2', 2596516901, 'UNLOCK', 'the phone was found'),
    ('2026-01-16 09:06+00', 'desk-1', 2596516908, 'PREPARE', NULL);
