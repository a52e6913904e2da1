// Package settings keeps what people decide with commands and what an import is to remember for the next file: fields, choices and users added to
// those of the configuration (Settings), what is paused (Pauses), and mappings with the headings that were accepted (Mappings). It knows no import.
package settings
