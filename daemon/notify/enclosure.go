package notify

import (
	"errors"
	"io"
	"os"
)

// most is the largest workbook that is attached; base64 makes 14 MB of it, and few servers take more.
const most = 10 << 20

// fate is what became of the rejected workbook.
type fate int

const (
	none     fate = iota
	attached      // it comes with the mail
	large         // too large for that
	gone          // it could not be read
	lies          // the message is one that nothing can be attached to
)

// enclosure is the rejected workbook as it comes with a mail.
type enclosure struct {
	fate fate
	name string
	data []byte
}

// enclose reads the rejected workbook. That it cannot be read is no reason to keep the counts from people, so the mail says so instead.
func enclose(path string) enclosure {
	if path == "" {
		return enclosure{}
	}
	data, err := read(path)
	switch {
	case errors.Is(err, errTooLarge):
		return enclosure{fate: large}
	case err != nil:
		return enclosure{fate: gone}
	}
	return enclosure{fate: attached, name: fileName(path), data: data}
}

var errTooLarge = errors.New("too large")

func read(path string) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, errors.New("it is no file")
	case info.Size() > most:
		return nil, errTooLarge
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && len(data) > most {
		return nil, errTooLarge // it grew
	}
	return data, err
}
