package files

import "strings"

// onServer reports whether the name of a volume of Windows is that of a folder shared by a server: \\server\share, and not \\?\C: or \\.\C:, which
// are other names of a local one.
func onServer(volume string) bool {
	volume = strings.ReplaceAll(volume, "/", `\`)
	rest, ok := strings.CutPrefix(volume, `\\`)
	if !ok {
		return false
	}
	if rest, ok := strings.CutPrefix(rest, `?\`); ok {
		return len(rest) >= 4 && strings.EqualFold(rest[:4], `UNC\`)
	}
	return !strings.HasPrefix(rest, `.\`)
}
