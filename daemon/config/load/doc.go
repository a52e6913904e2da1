// Package load reads a configuration from a file, the environment and flags, or returns the list of everything that is wrong.
//
// # The rules
//
//   - Flags win over the environment, the environment over the file, the file over [config.Default].
//   - What is not known is refused: a key, a word of a closed list, a unit, a variable that begins with INLET_.
//   - Every mistake is reported at once, each with file, line, column and what to write.
//   - A relative path is relative to the folder of the config file and comes out absolute. An inbox's done, failed and held
//     folders are relative to that inbox; a path given by flag is relative to the working folder.
//
// # Why the tree is checked by us and not by koanf
//
// koanf is the layering: defaults, file, environment, flags. It cannot say where a mistake is, and it decodes loosely: "5" is a number, and
// unknown keys are ignored. So each layer is read against the Go types of Config first, by one walk that knows the line of every key; what
// reaches koanf has the right types already, and koanf is set to be strict as well.
//
// # Why ${VAR} is refused
//
// A file that is filled in from the environment has no line to report a mistake at. A setting that differs from host to
// host is a variable of its own: store.uri is INLET_STORE_URI, http.address is INLET_HTTP_ADDRESS.
package load
