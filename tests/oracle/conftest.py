collect_ignore = ["make_torch_numbers.py"]  # it needs torch, which the tests do not
