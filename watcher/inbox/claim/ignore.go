package claim

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/filename"
	"inlet.example/inlet/pipeline/files"
)

// Why a file is ignored.
const (
	ReasonTemporary = "temporary" // a name that programs give to what is not finished
	ReasonSystem    = "system"    // a name that systems give to their own files, and inlet to the text that explains the inbox
	ReasonHidden    = "hidden"    // begins with a dot
	ReasonExtension = "extension" // not one of the inbox's
	ReasonFolder    = "folder"    // a folder called like a workbook, or one that systems keep for themselves
	ReasonLink      = "link"      // a symbolic link, or a file with a second name elsewhere
	ReasonSpecial   = "special"   // a pipe, a socket, a device
)

// Reasons are all reasons to ignore a file.
var Reasons = []string{ReasonTemporary, ReasonSystem, ReasonHidden, ReasonExtension, ReasonFolder, ReasonLink, ReasonSpecial}

// IgnoredName returns why a file of this name is ignored; "" if it is not.
func IgnoredName(name string, extensions []string) string {
	low := strings.ToLower(name)
	ext := path.Ext(low)
	switch {
	case strings.HasPrefix(low, "~$"),
		strings.HasPrefix(low, ".~"),
		strings.HasPrefix(low, ".goutputstream-"),
		strings.HasPrefix(low, ".syncthing."),
		strings.HasPrefix(low, "~syncthing~"),
		slices.Contains([]string{".tmp", ".part", ".partial", ".crdownload", ".filepart"}, ext):
		return ReasonTemporary
	case strings.HasPrefix(low, "._"), low == ".ds_store", low == "thumbs.db", low == "desktop.ini", filename.IsReadMe(name):
		return ReasonSystem
	case strings.HasPrefix(name, "."):
		return ReasonHidden
	case filename.IsMapping(name), slices.Contains(extensions, ext):
		return ""
	}
	return ReasonExtension
}

// IgnoredFolder reports whether a folder is one that systems and programs keep for themselves, such as the old versions in .stversions and the template of
// inlet init, or has the
// name of a workbook.
func IgnoredFolder(name string, extensions []string) bool {
	switch strings.ToLower(name) {
	case "@eadir", "__macosx":
		return true
	}
	return strings.HasPrefix(name, ".") || filename.IsTemplateFolder(name) || slices.Contains(extensions, strings.ToLower(path.Ext(name)))
}

// IgnoredKind returns why a file of this kind is never opened; "" for a regular file with one name.
func IgnoredKind(info fs.FileInfo) string {
	switch mode := info.Mode(); {
	case mode.IsDir():
		return ReasonFolder
	case mode&fs.ModeSymlink != 0:
		return ReasonLink
	case !mode.IsRegular():
		return ReasonSpecial
	case files.LinkCount(info) > 1:
		return ReasonLink
	}
	return ""
}
