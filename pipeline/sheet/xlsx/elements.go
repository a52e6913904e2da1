package xlsx

import (
	"context"
	"io"

	"inlet.example/inlet/pipeline/sheet/internal/fault"
	"inlet.example/inlet/pipeline/sheet/xlsx/container"
	"inlet.example/inlet/pipeline/sheet/xlsx/xmlscan"
)

// elements calls do for each tag that opens an element in one of the parts around the sheets. They are small in nearly every workbook,
// but may have millions of elements, so none is held as a whole.
func elements(ctx context.Context, zip *container.Zip, name string, do func(x *xmlscan.Scanner) error) error {
	part, err := zip.Open(ctx, name)
	if err != nil {
		return err
	}
	defer part.Close()
	text, err := xmlscan.ToUTF8(part)
	if err != nil {
		return fault.InPart(err, name)
	}
	x := xmlscan.New(text, zip.Limits())
	for first := true; first || x.Depth() > 0; first = false {
		if err := x.Next(); err != nil {
			return fault.InPart(err, name)
		}
		if x.Kind != xmlscan.Opening {
			continue
		}
		if err := do(x); err != nil {
			return fault.InPart(err, name)
		}
	}
	_, err = io.Copy(io.Discard, part) // which compares size and checksum
	return fault.InPart(err, name)
}
