package sheet

// Before returns how many bytes before the workbook were passed over.
func (w *Workbook) Before() int64 { return w.before }

// Encoding returns the encoding of CSV, as found or stated.
func (w *Workbook) Encoding() string {
	if w.text == nil {
		return ""
	}
	return w.text.Encoding
}

// Delimiter returns the delimiter of CSV, as found or stated; "" if there is one column only.
func (w *Workbook) Delimiter() string {
	if w.text == nil {
		return ""
	}
	return w.text.Delimiter
}
