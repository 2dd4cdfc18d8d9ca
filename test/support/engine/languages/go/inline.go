// Runs one operation of a stack whose program is `declare` of the example that this file is copied next to:
// OPERATION [--expect-no-changes].
package main

import (
	"context"
	"fmt"
	"os"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optdestroy"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optrefresh"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
)

// Go calls this before `main`, which is the example's own and runs it for Pulumi's language host.
func init() {
	if err := operate(os.Args[1], slices.Contains(os.Args, "--expect-no-changes")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

func operate(operation string, noChanges bool) error {
	ctx := context.Background()
	stack, err := auto.UpsertStackInlineSource(
		ctx, os.Getenv("TEST_STACK"), os.Getenv("TEST_PROJECT"), declare, auto.WorkDir("."))
	if err != nil {
		return err
	}
	switch operation {
	case "up":
		options := []optup.Option{optup.ProgressStreams(os.Stdout), optup.Color("never"), optup.Diff()}
		if noChanges {
			options = append(options, optup.ExpectNoChanges())
		}
		_, err = stack.Up(ctx, options...)
	case "preview":
		options := []optpreview.Option{optpreview.ProgressStreams(os.Stdout), optpreview.Color("never"), optpreview.Diff()}
		if noChanges {
			options = append(options, optpreview.ExpectNoChanges())
		}
		_, err = stack.Preview(ctx, options...)
	case "refresh":
		_, err = stack.Refresh(ctx, optrefresh.ProgressStreams(os.Stdout), optrefresh.Color("never"))
	case "destroy":
		_, err = stack.Destroy(ctx, optdestroy.ProgressStreams(os.Stdout), optdestroy.Color("never"))
	default:
		err = fmt.Errorf("no such operation: %s", operation)
	}
	return err
}
