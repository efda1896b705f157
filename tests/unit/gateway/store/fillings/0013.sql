-- A command that met faults, and a payment of which the acquirer tells nothing of use.
INSERT INTO commands (id, kind, subject, owner, state, accepted_at, attempts, faults)
VALUES ('13000000-0000-4000-8000-000000000014', 'CONFIRM_PAYMENT', 'instalment/100/1',
    '12000000-0000-4000-8000-000000000001', 'WAITING', '2026-01-15 09:00+00', 5, 3);

UPDATE payments SET in_vain = 20 WHERE id = '12000000-0000-4000-8000-000000000001';
