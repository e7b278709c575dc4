"""Print every benchmark, each beside what it is measured against, in one run. `make bench` runs this.

A figure is a ratio to the bare library on the same machine at the same time: seconds alone would say more about the machine.
"""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]

import bench_designations
import bench_drafting_rules
import bench_eping_import
import bench_gap_analysis
import bench_gap_frameworks
import bench_gap_load
import bench_gap_national
import bench_get_standard
import bench_import
import bench_linkage
import bench_links
import bench_overload
import bench_processes
import bench_recognition
import bench_search
import bench_sts
import bench_term_lookup
import bench_tree


def main() -> None:
    """Run the benchmarks, all or those named on the command line, one after the other and print a table."""
    for module in (
        bench_get_standard,
        bench_eping_import,
        bench_import,
        bench_linkage,
        bench_links,
        bench_overload,
        bench_processes,
        bench_sts,
        bench_drafting_rules,
        bench_gap_analysis,
        bench_gap_national,
        bench_gap_frameworks,
        bench_gap_load,
        bench_designations,
        bench_recognition,
        bench_term_lookup,
        bench_search,
        bench_tree,
    ):
        if sys.argv[1:] and module.__name__ not in sys.argv[1:]:
            continue
        title = (module.__doc__ or "").strip().partition("\n")[0]
        sys.stdout.write(f"\n{title}\n")
        for name, figure in module.measure().items():
            sys.stdout.write(f"  {name:<72} {figure:>14,.2f}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
