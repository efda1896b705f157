"""Plain models, money, ports, rules and errors of the insurer. No input or output here."""
