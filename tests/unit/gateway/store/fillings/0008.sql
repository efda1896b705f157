-- An offer of each state, one of them signed by a code that was sent for it; a code on its way in a message.
INSERT INTO renewal_offers (id, account_id, client_isn, policy_isn, policy_number, product, choice, quote_isn, premium,
    first_instalment, currency, valid_until, starts_on, ends_on, ways, made_at, state, accepted_at, digest, signed_at,
    ended_at, agreement_isn, new_policy_isn, new_policy_number, failure, replaced_by)
SELECT ('14000000-0000-4000-8000-00000000000' || n)::uuid, '0a000000-0000-4000-8000-000000000001', 2596516901, 100 + n,
    'P1003314' || n, 'Автозащита',
    '{"coverages": [{"risk": "DAMAGE", "sum": "1500000.00 RUB"}], "deductible": null, "instalments": 2, "drivers": [7]}',
    7100 + n, 51200.00, 25600.00, 'RUB', '2026-01-29', '2026-02-01', '2027-01-31',
    '[{"kind": "HIGHER_DEDUCTIBLE", "choice": {"coverages": [{"risk": "DAMAGE", "sum": "1500000.00 RUB"}],
        "deductible": "15000.00 RUB", "instalments": 2, "drivers": null}, "risk": null, "amount": "15000.00 RUB",
        "quote": 7200, "premium": "48000.00 RUB", "saving": "3200.00 RUB"}]',
    '2026-01-15 09:00+00', state, accepted, CASE WHEN accepted IS NULL THEN NULL ELSE sha256('{}') END, signed, ended,
    agreement, agreement, CASE WHEN agreement IS NULL THEN NULL ELSE 'P10099999' END, failure, replaced
FROM (VALUES
    (1, 'PRICED', NULL::timestamptz, NULL::timestamptz, NULL::timestamptz, NULL::bigint, NULL, NULL::uuid),
    (2, 'ACCEPTED', '2026-01-15 09:01+00', NULL, NULL, NULL, NULL, NULL),
    (3, 'SIGNED', '2026-01-15 09:01+00', '2026-01-15 09:02+00', NULL, NULL, NULL, NULL),
    (4, 'AGREED', '2026-01-15 09:01+00', '2026-01-15 09:02+00', '2026-01-15 09:03+00', 7300, NULL, NULL),
    (5, 'REPRICED', '2026-01-15 09:01+00', '2026-01-15 09:02+00', '2026-01-15 09:03+00', NULL, NULL,
     '14000000-0000-4000-8000-000000000001'),
    (6, 'EXPIRED', '2026-01-15 09:01+00', '2026-01-15 09:02+00', '2026-01-15 09:03+00', NULL, NULL, NULL),
    (7, 'REFUSED', '2026-01-15 09:01+00', '2026-01-15 09:02+00', '2026-01-15 09:03+00', NULL, 'ALREADY_RENEWED', NULL)
) AS given (n, state, accepted, signed, ended, agreement, failure, replaced);

INSERT INTO codes (id, purpose, subject, kind, address, hash, sent_at, expires_at, attempts)
VALUES ('15000000-0000-4000-8000-000000000001', 'SIGNATURE', '14000000-0000-4000-8000-000000000002', 'PHONE',
    '+79161234567', 'keyed', '2026-01-15 09:01+00', '2026-01-15 09:11+00', 1);

INSERT INTO messages (id, kind, template, locale, address, contents, expires_at, purpose, subject)
VALUES ('16000000-0000-4000-8000-000000000001', 'PHONE', 'CODE', 'ru', '+79161234567',
    '{"code": "123456", "purpose": "SIGNATURE", "product": "Автозащита", "term": "01.02.2026–31.01.2027",
      "price": "51 200,00 ₽"}', '2026-01-15 09:11+00', 'SIGNATURE', '14000000-0000-4000-8000-000000000002');

INSERT INTO signatures (at, account_id, offer_id, phone, code_id, document, digest)
VALUES ('2026-01-15 09:02+00', '0a000000-0000-4000-8000-000000000001', '14000000-0000-4000-8000-000000000004',
    '+7 *** ***-45-67', '15000000-0000-4000-8000-000000000002', '{"offer":4}', sha256('{"offer":4}'));
