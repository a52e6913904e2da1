// Package canon makes the forms in which texts of spreadsheets are compared: of names, phone numbers, org numbers, addresses. It knows no fields and
// no types; package crm says which form each type of field has.
package canon
