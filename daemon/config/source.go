package config

import (
	"fmt"
	"maps"
)

// AllOptions are the options of a drive, with those that stand in files as they are now.
func (s Source) AllOptions() (map[string]string, error) {
	return withFiles(s.Options, s.OptionsFile, "option", SecretText)
}

// AllHeaders are the headers of an address, with those that stand in files as they are now.
func (s Source) AllHeaders() (map[string]string, error) {
	return withFiles(s.Headers, s.HeadersFile, "header", Secret)
}

// withFiles adds what is read from files to values that stand in the configuration.
func withFiles(values, files map[string]string, what string, read func(path string) (string, error)) (map[string]string, error) {
	all := maps.Clone(values)
	for name, path := range files {
		value, err := read(path)
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", what, name, err)
		}
		if all == nil {
			all = map[string]string{}
		}
		all[name] = value
	}
	return all, nil
}
