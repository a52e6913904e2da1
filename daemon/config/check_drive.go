package config

import (
	"fmt"
	"maps"
	"path"
	"regexp"
	"strings"
)

var optionName = regexp.MustCompile("^[a-z][a-z0-9_]{0,63}$")

// checkDrive looks at what only a drive has. Whether there is such a type, and whether it has such options, says who speaks to drives.
func (l *loading) checkDrive(key string, s Source) {
	if s.Drive == "" {
		l.checkNoDrive(key, s)
		return
	}
	if !optionName.MatchString(s.Drive) {
		l.wrong(key+".drive", "%q is no type of drive; write e.g. s3, sftp, webdav, drive, onedrive or dropbox", s.Drive)
	}
	if s.As != "" {
		l.wrong(key+".as", "files of a drive keep their names; remove it")
	}
	if len(s.Headers)+len(s.HeadersFile) > 0 {
		l.wrong(key+".headers", "a drive has none; what it needs stands in options and options_file")
	}
	if _, err := path.Match(s.Include, ""); err != nil {
		l.wrong(key+".include", "%q is no pattern; write e.g. kunder*.xlsx", s.Include)
	}
	if s.Bandwidth < 0 {
		l.wrong(key+".bandwidth", "%d is less than nothing; write bytes a second, e.g. 1048576, or 0 for no limit", s.Bandwidth)
	}
	l.checkThen(key, s)
	if l.checkOptions(key, s) {
		l.judgeDrive(key, s)
	}
}

// judgeDrive asks who speaks to drives. Each mistake stands at the option it names, where the file has it.
func (l *loading) judgeDrive(key string, s Source) {
	if l.judge == nil {
		return
	}
	options, err := s.AllOptions()
	if err != nil {
		l.wrong(key+".options_file", "%v", err)
		return
	}
	err = l.judge(s.Drive, s.Root, options)
	all := []error{err}
	if joined, is := err.(interface{ Unwrap() []error }); is {
		all = joined.Unwrap()
	}
	for _, err := range all {
		if err != nil {
			l.wrong(l.placeOf(key, s, err.Error()), "%v", err)
		}
	}
}

// placeOf is the key of the option that a mistake names, else that of the drive.
func (l *loading) placeOf(key string, s Source, text string) string {
	words := strings.FieldsFunc(text, func(r rune) bool { return r != '_' && (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	for _, word := range words {
		for name, has := range map[string]map[string]string{".options.": s.Options, ".options_file.": s.OptionsFile} {
			if _, there := has[word]; there {
				return key + name + word
			}
		}
	}
	if strings.HasPrefix(text, "root ") {
		return key + ".root"
	}
	return key + ".drive"
}

// AllOptions are the options of a drive, with those that stand in files as they are now.
func (s Source) AllOptions() (map[string]string, error) {
	all := maps.Clone(s.Options)
	if all == nil {
		all = map[string]string{}
	}
	for name, path := range s.OptionsFile {
		value, err := SecretText(path)
		if err != nil {
			return nil, fmt.Errorf("option %s: %w", name, err)
		}
		all[name] = value
	}
	return all, nil
}

// checkNoDrive wants nothing of a drive where there is none.
func (l *loading) checkNoDrive(key string, s Source) {
	for name, set := range map[string]bool{"root": s.Root != "", "options": len(s.Options) > 0, "options_file": len(s.OptionsFile) > 0, "include": s.Include != "",
		"recursive": s.Recursive, "when_imported": s.WhenImported != DefaultSource().WhenImported, "bandwidth": s.Bandwidth != 0} {
		if set {
			l.wrong(key+"."+name, "only a drive has it; write drive: and its type, e.g. drive: sftp, or remove it")
		}
	}
}

func (l *loading) checkThen(key string, s Source) {
	l.oneOf(key+".when_imported", s.WhenImported, thens...)
	_, there := l.places[key+".move_to"]
	switch clean := path.Clean(s.MoveTo); {
	case s.WhenImported != "move" && there:
		l.wrong(key+".move_to", "nothing is moved there; write when_imported: move, or remove it")
	case s.WhenImported == "move" && (s.MoveTo == "" || clean != s.MoveTo || path.IsAbs(clean) || clean == "." || strings.HasPrefix(clean, "..")):
		l.wrong(key+".move_to", "%q is no folder below root; write e.g. done", s.MoveTo)
	}
}

// checkOptions says whether all options can be read.
func (l *loading) checkOptions(key string, s Source) bool {
	before := len(l.mistakes)
	for name, value := range s.Options {
		at := key + ".options." + name
		l.checkOption(at, name)
		if secretOptionName(name) && value != "" && l.openToOthers() {
			l.wrong(at, "a secret in a file that others can read; chmod 600 %s, or write options_file: {%s: PATH}", l.file, name)
		}
	}
	for name, path := range s.OptionsFile {
		at := key + ".options_file." + name
		l.checkOption(at, name)
		if _, both := s.Options[name]; both {
			l.wrong(at, "is in options too; keep one of the two")
		}
		if path == "" {
			l.wrong(at, "names no file; write the path of a file that holds the option's value")
			continue
		}
		if _, err := SecretText(path); err != nil {
			l.wrong(at, "%v", err)
		}
	}
	return len(l.mistakes) == before
}

func (l *loading) checkOption(key, name string) {
	if !optionName.MatchString(name) {
		l.wrong(key, "%q cannot be the name of an option; write e.g. access_key_id", name)
	}
}

var secretWord = regexp.MustCompile(`pass|secret|token|key|credential|sas`)

// secretOptionName says whether an option's value is a secret by its name. What is an ID or names a file is none.
func secretOptionName(name string) bool {
	return secretWord.MatchString(name) && !strings.HasSuffix(name, "_id") && !strings.HasSuffix(name, "_file") && !strings.HasSuffix(name, "_url")
}
