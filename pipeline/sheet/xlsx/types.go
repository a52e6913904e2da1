package xlsx

import (
	"path"

	"inlet.example/inlet/pipeline/sheet/internal/fault"
	"inlet.example/inlet/pipeline/sheet/xlsx/container"
)

// mainPart finds the part that is the workbook. If there is none it refuses the zip and names its type, if that is known.
func mainPart(zip *container.Zip, root []relation) (string, error) {
	for _, r := range root {
		if r.is("officeDocument") && zip.Has(r.Target) {
			return r.Target, knownType(zip, r.Target)
		}
	}
	const usual = "xl/workbook.xml"
	if zip.Has(usual) {
		return usual, nil
	}
	return "", knownType(zip, "")
}

// knownType refuses a zip of another program and names its type. main is the main part, "" if there is none.
func knownType(zip *container.Zip, main string) error {
	switch {
	case path.Ext(main) == ".bin", zip.Has("xl/workbook.bin") && main == "":
		return fault.WrongType("this is an Excel binary workbook (.xlsb): open it in Excel and save it as .xlsx")
	case path.Dir(main) == "word", path.Dir(main) == "ppt", path.Dir(main) == "visio":
		return fault.WrongType("this is a Word, PowerPoint or Visio file: save the table as .xlsx")
	case zip.Has("index/document.iwa"), zip.Has("index.zip"):
		return fault.WrongType("this is an Apple Numbers file: export it from Numbers to Excel (.xlsx)")
	case zip.Has("content.xml"):
		return fault.WrongType("this is an OpenDocument file (.ods): open it in LibreOffice and save it as .xlsx")
	case main == "" && !zip.Has("[content_types].xml"):
		return fault.New(fault.CodeNotAWorkbook, "this is a zip archive that is not a workbook: unpack it and import the workbook itself")
	case main == "":
		return fault.Corrupt("the part that lists the sheets is missing: open the file in Excel and save it again")
	}
	return nil
}
