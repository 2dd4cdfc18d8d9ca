// Writes the SDKs of the provider's schema: `sdk SCHEMA OUT`, into OUT/nodejs, OUT/python and OUT/go.
// Pulumi's own generators make them. Those of C# and Java are programs of their own, and need their language.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	gogen "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

// Named in the first line of each generated file.
const tool = "the pulumi-sesdomain SDK generator"

type generate func(*schema.Package) (map[string][]byte, error)

var languages = []struct {
	name     string
	generate generate
}{
	{"nodejs", func(pkg *schema.Package) (map[string][]byte, error) {
		return nodejs.GeneratePackage(tool, pkg, nil, nil, false, nil)
	}},
	{"python", func(pkg *schema.Package) (map[string][]byte, error) {
		return python.GeneratePackage(tool, pkg, nil, nil)
	}},
	{"go", func(pkg *schema.Package) (map[string][]byte, error) {
		return gogen.GeneratePackage(tool, pkg, nil)
	}},
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 2 {
		return fmt.Errorf("usage: sdk SCHEMA OUT")
	}
	text, err := os.ReadFile(args[0])
	if err != nil {
		return err
	}
	for _, language := range languages {
		// Each generator writes its own settings into the package, so each gets a fresh one.
		pkg, err := bind(text)
		if err != nil {
			return fmt.Errorf("%s: %w", args[0], err)
		}
		files, err := language.generate(pkg)
		if err != nil {
			return fmt.Errorf("%s: %w", language.name, err)
		}
		if err := write(filepath.Join(args[1], language.name), files); err != nil {
			return err
		}
	}
	return nil
}

func bind(text []byte) (*schema.Package, error) {
	var spec schema.PackageSpec
	if err := json.Unmarshal(text, &spec); err != nil {
		return nil, err
	}
	pkg, found, err := schema.BindSpec(spec, schema.NewNullLoader(), schema.ValidationOptions{})
	if err != nil {
		return nil, err
	}
	for _, one := range found {
		fmt.Fprintln(os.Stderr, one)
	}
	if found.HasErrors() {
		return nil, fmt.Errorf("%d faults in the schema", len(found.Errs()))
	}
	return pkg, nil
}

func write(folder string, files map[string][]byte) error {
	for name, text := range files {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, text, 0o644); err != nil {
			return err
		}
	}
	return nil
}
