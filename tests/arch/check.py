"""Runs the architecture checks: check.py [layers|bans|sizes|reasons]… [--root DIR]. Prints findings; exit code 1 when there are any."""

import argparse
import os
import sys

import bans
import layers
import reasons
import sizes
from sources import source_files

CHECKS = {"layers": layers.check, "bans": bans.check, "sizes": sizes.check, "reasons": reasons.check}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checks", nargs="*", metavar="CHECK", help=", ".join(CHECKS) + " (default: all)")
    parser.add_argument("--root", default=os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
    options = parser.parse_args()
    unknown = set(options.checks) - set(CHECKS)
    if unknown:
        parser.error(f"no such check: {', '.join(sorted(unknown))}")
    root = os.path.normpath(options.root)
    paths = source_files(root)
    findings = [f for name in options.checks or CHECKS for f in CHECKS[name](root, paths)]
    for finding in findings:
        print(finding)
    print(f"{len(findings)} findings in {len(paths)} files", file=sys.stderr)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
