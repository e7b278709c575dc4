"""Print the figures of gap analysis at national size and on the graphs of others. `make bench-gap` runs this."""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]

import bench_gap_frameworks
import bench_gap_national


def main() -> None:
    """Run both one after the other and print a table."""
    for module in (bench_gap_national, bench_gap_frameworks):
        title = (module.__doc__ or "").strip().partition("\n")[0]
        sys.stdout.write(f"\n{title}\n")
        for name, figure in module.measure().items():
            sys.stdout.write(f"  {name:<86} {figure:>12,.3f}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
