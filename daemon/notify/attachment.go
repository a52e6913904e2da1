package notify

import (
	"errors"
	"io"
	"os"

	"inlet.example/inlet/daemon/notify/sanitize"
)

// maxAttachment is the size of the largest workbook that is attached. With base64 it is 14 MB, and few servers accept more.
const maxAttachment = 10 << 20

// attachmentState is where the rejected workbook is.
type attachmentState int

const (
	noAttachment attachmentState = iota
	attached                     // to the mail
	tooLarge                     // to attach
	unreadable                   // when the mail was sent
	onDisk                       // the message has no attachments
)

// attachment is the rejected workbook of a mail.
type attachment struct {
	state attachmentState
	name  string
	data  []byte
}

// loadAttachment reads the rejected workbook. If that fails the mail says so; it is sent all the same, for the counts.
func loadAttachment(path string) attachment {
	if path == "" {
		return attachment{}
	}
	data, err := readRegular(path)
	switch {
	case errors.Is(err, errTooLarge):
		return attachment{state: tooLarge}
	case err != nil:
		return attachment{state: unreadable}
	}
	return attachment{state: attached, name: sanitize.FileName(path), data: data}
}

var errTooLarge = errors.New("too large")

func readRegular(path string) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, errors.New("it is not a file")
	case info.Size() > maxAttachment:
		return nil, errTooLarge
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxAttachment+1))
	if err == nil && len(data) > maxAttachment {
		return nil, errTooLarge // it has grown
	}
	return data, err
}
