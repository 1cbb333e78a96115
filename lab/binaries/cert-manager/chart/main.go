// Prints what a Helm chart comes to, as `helm template` does, with values from standard input. It takes two packages of
// Helm that istioctl has in it as well, so that they are compiled already; the whole of Helm would take minutes.
package main

import (
	"fmt"
	"io"
	"log"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/engine"
	"sigs.k8s.io/yaml"
)

// Helm takes three hyphens for a border even where a comment follows on the line: pkg/release/v1/util/manifest.go.
var border = regexp.MustCompile(`(?m)^---`)

func main() {
	if len(os.Args) != 4 {
		log.Fatal("usage: chart FOLDER RELEASE NAMESPACE < VALUES")
	}
	if err := render(os.Args[1], common.ReleaseOptions{Name: os.Args[2], Namespace: os.Args[3]}); err != nil {
		log.Fatal(err)
	}
}

func render(folder string, release common.ReleaseOptions) error {
	text, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	given := map[string]any{}
	if err := yaml.Unmarshal(text, &given); err != nil {
		return err
	}
	chart, err := loader.Load(folder)
	if err != nil {
		return err
	}
	values, err := util.ToRenderValues(chart, given, release, common.DefaultCapabilities)
	if err != nil {
		return err
	}
	files, err := engine.Render(chart, values)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		// NOTES.txt is for people
		if strings.HasSuffix(name, ".yaml") {
			fmt.Printf("---\n%s\n", border.ReplaceAllString(files[name], "---\n"))
		}
	}
	return nil
}
