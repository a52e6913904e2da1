package files

import (
	"path"
	"runtime"
	"strings"
)

// PossibleName returns a name as the file system of this host takes it. Windows takes fewer than others: a file that a drive calls "Q1: kunder.xlsx"
// would become a stream of a file Q1 there.
func PossibleName(name string) string {
	if runtime.GOOS == "windows" {
		return windowsName(name)
	}
	return name
}

// windowsName replaces the characters that Windows does not take, and the names that it keeps for devices, whatever ending they have.
func windowsName(name string) string {
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`<>:"/\|?*`, r) || r < ' ' {
			return '_'
		}
		return r
	}, name)
	ending := path.Ext(name)
	name = strings.TrimRight(strings.TrimSuffix(name, ending), " ") + strings.TrimRight(ending, ". ")
	name = strings.TrimRight(name, ". ") // Windows drops them, and looks for another file then
	if IsDevice(name) {
		return "_" + name
	}
	return name
}

// IsDevice reports whether Windows means a device by a name, whatever ending it has. A folder may be shared with Windows, so other hosts ask too.
func IsDevice(name string) bool {
	name, _, _ = strings.Cut(strings.ToUpper(name), ".")
	name = strings.TrimRight(name, " ")
	switch name {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$":
		return true
	}
	number, ok := strings.CutPrefix(name, "COM")
	if !ok {
		number, ok = strings.CutPrefix(name, "LPT")
	}
	return ok && len([]rune(number)) == 1 && strings.Contains("123456789¹²³", number)
}

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
