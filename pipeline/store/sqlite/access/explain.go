package access

import (
	"os"
	"path/filepath"

	"inlet.example/inlet/pipeline/message"
)

// Explain says which file of a database a person may not use, who owns it and what to do. The names of the files have these endings. Where all can be used
// it returns the error as it is.
func Explain(path string, ends []string, err error) error {
	folder := filepath.Dir(path)
	for _, end := range ends {
		info, statErr := os.Stat(path + end)
		if statErr != nil || Writable(path+end) == nil {
			continue
		}
		return message.Errorf("%s may not read and write %s, which belongs to %s: run inlet as that user, or use a group that both belong to: chgrp GROUP and "+
			"chmod 660 for the file, chgrp GROUP and chmod 2770 for %s (%w)", CurrentUser(), path+end, OwnerAndMode(info), folder, err)
	}
	if info, statErr := os.Stat(folder); statErr == nil && Writable(folder) != nil {
		return message.Errorf("%s may not create files in %s, which belongs to %s; SQLite needs this next to %s: run inlet as that user, or use a group that "+
			"both belong to: chgrp GROUP and chmod 2770 for the folder (%w)", CurrentUser(), folder, OwnerAndMode(info), filepath.Base(path), err)
	}
	return err
}
