// Package tools checks what belongs to other programs than inlet: manifests of Kubernetes, compose.yaml, and the guides for printing. It is a module of its
// own, so that the libraries of those programs are none of inlet's.
package tools
