// Package examples holds the workbook, mapping and configuration that the README and `inlet demo` use.
package examples

import "embed"

// Files are kunder.xlsx, kunder.mapping.yaml and inlet.yaml.
//
//go:embed kunder.xlsx kunder.mapping.yaml inlet.yaml
var Files embed.FS
