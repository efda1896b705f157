-- A payment of each kind and state with its commands, one of them dead and seen to; a wish that was granted.
INSERT INTO payments (id, account_id, client_isn, subject, policy_number, policy_isn, instalment, claim_id, claim_number,
    agreement_isn, amount, currency, state, begun_at, bill_isn, bill_number, order_id, address, opened_at, checked_at,
    paid_at, ended_at, failure)
VALUES
    ('12000000-0000-4000-8000-000000000001', '0a000000-0000-4000-8000-000000000001', 2596516901,
     'instalment/100/1', 'P10033148', 100, 1, NULL, NULL, NULL, 12000.00, 'RUB', 'OPEN', '2026-01-15 09:00+00',
     900, 'B-900', 'order-1', 'https://pay.example/1', '2026-01-15 09:00+00', '2026-01-15 09:01+00', NULL, NULL, NULL),
    ('12000000-0000-4000-8000-000000000002', '0a000000-0000-4000-8000-000000000001', 2596516901,
     'deductible/c1', 'P10033148', NULL, NULL, 'c1', 'N-1', NULL, 5000.00, 'RUB', 'PAID', '2026-01-15 09:00+00',
     901, 'B-901', 'order-2', NULL, '2026-01-15 09:00+00', '2026-01-15 09:01+00', '2026-01-15 09:02+00',
     '2026-01-15 09:03+00', NULL),
    ('12000000-0000-4000-8000-000000000003', '0a000000-0000-4000-8000-000000000002', 2596516902,
     'instalment/701/1', 'P10033149', 701, NULL, NULL, NULL, 700, 45000.00, 'RUB', 'FAILED', '2026-01-15 09:00+00',
     NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-01-15 09:03+00', 'NOT_PAYABLE');

INSERT INTO commands (id, kind, subject, owner, state, accepted_at, attempts, ended_at, failure)
VALUES
    ('13000000-0000-4000-8000-000000000001', 'CREATE_BILL', 'instalment/100/1',
     '12000000-0000-4000-8000-000000000001', 'DONE', '2026-01-15 09:00+00', 1, '2026-01-15 09:00+00', NULL),
    ('13000000-0000-4000-8000-000000000002', 'CREATE_BILL', 'instalment/701/1',
     '12000000-0000-4000-8000-000000000003', 'DROPPED', '2026-01-15 09:00+00', 3, '2026-01-15 09:03+00', 'NotFound');

INSERT INTO command_actions (command_id, action, by, reason, at)
VALUES ('13000000-0000-4000-8000-000000000002', 'DROP', 'Ivanova', 'no such agreement', '2026-01-15 09:03+00');

INSERT INTO wishes (scope, key, digest, object, at)
VALUES ('0a000000-0000-4000-8000-000000000001/startPayment', 'key-0001', sha256('input'),
    '12000000-0000-4000-8000-000000000001', '2026-01-15 09:00+00');
