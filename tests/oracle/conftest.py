# They need torch, jax and optax, which the tests do not.
collect_ignore = ["make_since_adam_numbers.py", "make_torch_numbers.py"]
