-- A stopped payment that a person has closed.
UPDATE payments SET failure = 'CLOSED' WHERE id = '12000000-0000-4000-8000-000000000003';

INSERT INTO payment_actions (payment_id, by, reason, at)
VALUES ('12000000-0000-4000-8000-000000000003', 'Ivanova', 'money sent back', '2026-01-15 10:00+00');
