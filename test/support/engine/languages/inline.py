"""Runs one operation of a stack whose program is a Python file: inline.py PROGRAM OPERATION [--expect-no-changes]."""

import os
import runpy
import sys

from pulumi import automation

program, operation, *flags = sys.argv[1:]
stack = automation.create_or_select_stack(
    stack_name=os.environ["TEST_STACK"],
    project_name=os.environ["TEST_PROJECT"],
    program=lambda: runpy.run_path(program),
    opts=automation.LocalWorkspaceOptions(work_dir=os.getcwd()),
)
options = {"on_output": print, "color": "never"}
if operation in ("up", "preview"):
    options.update(diff=True, expect_no_changes="--expect-no-changes" in flags)
try:
    getattr(stack, operation)(**options)
except automation.CommandError:
    # What it printed says why.
    sys.exit(1)
