"""Check characters. Pure."""


def mod_11_2(digits: str) -> str:
    """ISO 7064 MOD 11-2 check character of a string of digits ("X" stands for ten).

    The arithmetic of resident ID numbers (GB 11643-1999) and of certificate numbers alike.

    >>> mod_11_2("001001001"), mod_11_2("020011007"), mod_11_2("99999919000101001")
    ('9', 'X', '5')
    """
    p = 0
    for digit in digits:
        p = (p + (ord(digit) - 48)) * 2 % 11
    check = (12 - p) % 11
    return "X" if check == 10 else str(check)


def holds_mod_11_2(text: str) -> bool:
    """True when the last character is the right check character; lower-case x counts as X.

    >>> holds_mod_11_2("0010010019"), holds_mod_11_2("0010010018"), holds_mod_11_2("02001100ax")
    (True, False, False)
    """
    body, check = text[:-1], text[-1:].upper()
    return body.isascii() and body.isdigit() and mod_11_2(body) == check
