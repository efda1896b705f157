-- A payment of which a second order was paid, orders that are watched, and what is told of a payment that failed.
UPDATE payments SET doubled_at = '2026-01-15 09:05+00' WHERE id = '12000000-0000-4000-8000-000000000002';

INSERT INTO watched_orders (order_id, payment_id, since, look_at, paid_at)
VALUES
    ('order-2-before', '12000000-0000-4000-8000-000000000002', '2026-01-15 09:02+00', NULL, '2026-01-15 09:04+00'),
    ('order-1-before', '12000000-0000-4000-8000-000000000001', '2026-01-15 09:02+00', '2026-01-15 09:10+00', NULL);

INSERT INTO messages (id, kind, template, locale, address, contents, expires_at)
VALUES ('0e000000-0000-4000-8000-000000000161', 'EMAIL', 'PAYMENT_FAILED', 'ru', 'ivanov@example.ru', '{"number": "3"}', NULL);
