"""Folds and seeds of a model study, from the addresses of its random numbers (Docs/models.md).

A second writing of Philox 4x32-10 and of the rules in Sources/Core: what scikit-learn is given, so
that both sides fit the same rows with the same seeds.
"""
FOLD, FIT = 4, 5
WORD, LONG = 2**32 - 1, 2**64 - 1


def mixed(word):
    """SplitMix64's finaliser."""
    word = (word + 0x9E3779B97F4A7C15) & LONG
    word = (word ^ word >> 30) * 0xBF58476D1CE4E5B9 & LONG
    word = (word ^ word >> 27) * 0x94D049BB133111EB & LONG
    return word ^ word >> 31


def words(seed, domain, index):
    """The stream of 32-bit words at an address."""
    for block in range(2**32):
        a, b, c, d = block, domain, index & WORD, index >> 32
        low, high = seed & WORD, seed >> 32
        for _ in range(10):
            first, second = a * 0xD2511F53, c * 0xCD9E8D57
            a, b, c, d = second >> 32 ^ b ^ low, second & WORD, first >> 32 ^ d ^ high, first & WORD
            low, high = low + 0x9E3779B9 & WORD, high + 0xBB67AE85 & WORD
        yield from (a, b, c, d)


def below(stream, bound):
    """Lemire 2019, algorithm 5."""
    while True:
        product = (next(stream) | next(stream) << 32) * bound
        if product & LONG >= (2**64 - bound) % bound:
            return product >> 64


def inner_folds(outcome, count, seed):
    """The fold of each row in the search of the final model; one row per patient."""
    stream = words(seed, FOLD, mixed(0))
    folds, sizes = [0] * len(outcome), [0] * count
    for positive in (1, 0):
        rows = [row for row, value in enumerate(outcome) if value == positive]
        for last in range(len(rows) - 1, 0, -1):
            other = below(stream, last + 1)
            rows[last], rows[other] = rows[other], rows[last]
        own = [0] * count
        for row in rows:
            fold = min(range(count), key=lambda fold: (own[fold], sizes[fold], fold))
            folds[row] = fold
            own[fold] += 1
            sizes[fold] += 1
    return folds


def model_seed(fold, steps, seed):
    """XGBoost's seed on an inner fold of the final search, behind so many steps; -1: all rows."""
    key = mixed(0)
    for part in (0, 0, 0, 0, fold + 1):
        key = mixed(key ^ part)
    return next(words(seed, FIT, mixed(key ^ mixed(steps << 32)))) >> 1
