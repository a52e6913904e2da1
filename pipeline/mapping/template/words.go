package template

type phrase struct{ sv, en string }

func (p phrase) in(lang string) string {
	if lang == "sv" {
		return p.sv
	}
	return p.en
}

// helpWords are what stands on the template's help sheet besides the fields. The advice on matching is the guide's (R8, R12, R13, R18).
var helpWords = map[string]struct {
	sheet, oneOf string
	heads        [3]string
	advice       []string
}{
	"sv": {"Hjälp", "Ett av:", [3]string{"Kolumn", "Innehåll", "Vad den betyder"}, []string{
		"",
		"Mörka rubriker måste fyllas i på nya poster: företagets namn, och kontaktens namn eller e-post. Blå kolumner hör till företaget, gröna till kontakten.",
		"Raden som börjar med [Exempel] visar hur man skriver. Den importeras inte; ta bort den eller skriv över hela raden.",
		"En rad är en kontakt. Ett företag med tre kontakter är tre rader som upprepar företagets kolumner.",
		"Ta bort kolumner som du inte behöver. En tom cell behåller det sparade värdet; skriv <clear> för att tömma det.",
		"Matcha på så få fält som möjligt, och på fält som är unika: organisationsnummer före namn, e-post före namn.",
		"Alla fält som matchas på måste stämma. Är ett av dem tomt hittas ingen post, och en ny skapas.",
		"Om flera poster stämmer kan importen inte veta vilken som menas, och skapar en ny.",
		"Fält som matchas på ändras aldrig i en post som hittas; alla andra kolumner gör det.",
	}},
	"en": {"Help", "One of:", [3]string{"Column", "Holds", "What it means"}, []string{
		"",
		"Dark headings must be filled in for new records: the company's name, and the contact's name or e-mail. Blue columns belong to the company, green ones to the contact.",
		"The row that begins with [Example] shows how to write. It is not imported; delete it, or write over the whole row.",
		"Each row is one contact. A company with three contacts has three rows that repeat the company's columns.",
		"Remove columns that you do not need. A blank cell keeps the stored value; write <clear> to clear it.",
		"Match on as few fields as possible, and on unique ones: organisation number rather than name, e-mail rather than name.",
		"All fields that are matched on must match. If one of them is blank, no record is found and a new one is created.",
		"If several records match, the import cannot know which one is meant and creates a new one.",
		"Fields that are matched on are never changed in a record that is found; all other columns are.",
	}},
}

var fieldHelp = map[string]phrase{
	"account.id":              {"Postens id, som systemet tilldelar. Ta bort kolumnen eller lämna den tom för nya företag.", "The record's ID, assigned by the system. Remove the column or leave it blank for new companies."},
	"account.name":            {"Företagets namn. Måste finnas på ett nytt företag.", "The company's name. A new company must have one."},
	"account.org_number":      {"Tio siffror; med eller utan bindestreck, också som momsnummer SE…01.", "Ten digits; with or without a hyphen, also in the VAT form SE…01."},
	"account.phone":           {"Växel eller huvudnummer.", "Switchboard or main number."},
	"account.fax":             {"Faxnummer.", "Fax number."},
	"account.email":           {"Företagets gemensamma adress, som info@…; en persons adress hör till kontakten.", "The company's own address, such as info@…; a person's address belongs to the contact."},
	"account.website":         {"Hemsidans adress.", "Address of the web site."},
	"account.address":         {"Gata och nummer, eller box.", "Street and number, or box."},
	"account.zip":             {"Postnummer; 111 22 och 11122 är samma.", "Postcode; 111 22 and 11122 are the same."},
	"account.city":            {"Postort.", "City."},
	"account.state":           {"Län eller region.", "County, state or region."},
	"account.country":         {"Land.", "Country."},
	"account.employees":       {"Antal anställda.", "Number of employees."},
	"account.revenue":         {"Omsättning, ett tal utan valuta.", "Revenue, a number without currency."},
	"account.currency":        {"Valuta för omsättningen, t.ex. SEK.", "Currency of the revenue, e.g. SEK."},
	"account.industry_code":   {"SNI-kod.", "Industry code."},
	"account.account_manager": {"Den användare som ansvarar för företaget: id, e-post, inloggning eller fullständigt namn.", "The user who manages the company: ID, e-mail, login or full name."},
	"account.categories":      {"Företagets kategorier.", "The company's categories."},
	"account.campaigns":       {"Kampanjer som företaget hör till.", "Campaigns that the company belongs to."},
	"account.notes":           {"Fri text.", "Free text."},
	"account.active":          {"Om företaget är aktivt.", "Whether the company is active."},
	"contact.id":              {"Kontaktens id, som systemet tilldelar. Ta bort kolumnen eller lämna den tom för nya kontakter.", "The contact's ID, assigned by the system. Remove the column or leave it blank for new contacts."},
	"contact.name":            {"Hela namnet. En ny kontakt måste ha namn eller e-post.", "The full name. A new contact must have a name or an e-mail address."},
	"contact.first_name":      {"Förnamn. Utan en kolumn för hela namnet sätts det ihop av för- och efternamn.", "First name. Without a column for the full name, the name is put together from first and last name."},
	"contact.last_name":       {"Efternamn.", "Last name."},
	"contact.title":           {"Befattning.", "Job title."},
	"contact.email":           {"Personens adress; bra att matcha på. En ny kontakt måste ha namn eller e-post.", "The person's address; good to match on. A new contact must have a name or an e-mail address."},
	"contact.phone":           {"Direktnummer.", "Direct number."},
	"contact.mobile":          {"Mobilnummer.", "Mobile number."},
	"contact.categories":      {"Kontaktens kategorier.", "The contact's categories."},
	"contact.campaigns":       {"Kampanjer som kontakten hör till.", "Campaigns that the contact belongs to."},
	"contact.notes":           {"Fri text.", "Free text."},
	"contact.active":          {"Om kontakten är aktiv.", "Whether the contact is active."},
}
