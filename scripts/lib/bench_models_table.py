"""A synthetic feature table for the benchmarks of models: the same numbers on every machine."""
import array
import os
import random

PATIENTS, COLUMNS = 261, 8240
FACTORS = 12


def write_model_table(folder, rows=PATIENTS, columns=COLUMNS):
    """Rows of correlated columns and a binary outcome.

    Each column is one of 12 factors and noise of its own; the outcome is factor 0, factor 1 and
    noise, cut at 0. Uniform numbers of Python's Mersenne twister and sums of them only.
    Returns the CSV file and the same numbers as float64, row by row, the outcome in front.
    """
    os.makedirs(folder, exist_ok=True)
    csv, binary = (os.path.join(folder, f"table.{kind}") for kind in ("csv", "bin"))
    draw = random.Random(20240601).random
    loadings = [0.2 + 0.6 * draw() for _ in range(columns)]
    with open(csv, "w") as text, open(binary, "wb") as numbers:
        names = (f"feature_{column + 1}" for column in range(columns))
        text.write(",".join(["patient_id", "outcome", *names]) + "\n")
        for row in range(rows):
            factors = [draw() + draw() - 1 for _ in range(FACTORS)]
            outcome = int(factors[0] + 0.7 * factors[1] + 0.8 * (draw() + draw() - 1) > 0)
            values = [
                round(10 + 3 * (loading * factors[column % FACTORS] + draw() - 0.5), 6)
                for column, loading in enumerate(loadings)
            ]
            text.write(f"p{row + 1:06d},{outcome}," + ",".join(map(repr, values)) + "\n")
            array.array("d", [outcome, *values]).tofile(numbers)
    return csv, binary
