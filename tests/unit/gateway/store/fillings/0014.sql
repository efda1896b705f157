-- A means that a customer let be remembered, and a payment that is charged to it.
INSERT INTO payment_means (id, account_id, token, title, expires, kept_at)
VALUES ('14000000-0000-4000-8000-000000000001', '0a000000-0000-4000-8000-000000000001', 'means-1', 'Карта «Синица»',
    '2028-12-31', '2026-01-15 09:02+00');

UPDATE payments SET means_id = '14000000-0000-4000-8000-000000000001'
WHERE id = '12000000-0000-4000-8000-000000000001';

INSERT INTO commands (id, kind, subject, owner, state, accepted_at, attempts, faults)
VALUES ('13000000-0000-4000-8000-000000000015', 'CHARGE_ORDER', 'instalment/100/1',
    '12000000-0000-4000-8000-000000000001', 'WAITING', '2026-01-15 09:02+00', 1, 0);
