package crm

// builtin is the table of section 15: headings in Swedish and English, and synonyms. A synonym that fits both kinds is
// listed for the one that it means more often.
var builtin = []Field{
	account("id", ID, "Upsales ID", "Account ID"), // "Kundnummer" and "ID" are numbers of other systems
	account("name", Text, "Företag", "Company", "Företagsnamn", "Kund", "Kundnamn", "Bolag", "Account name", "Organisation"),
	account("org_number", OrgNumber, "Org.nr", "Org. number", "Organisationsnummer", "Orgnr", "VAT", "Momsnr"),
	account("phone", Phone, "Telefon", "Phone", "Tfn", "Tel", "Växel"),
	account("fax", Phone, "Fax", "Fax"),
	account("email", Email, "Företagets e-post", "Company email", "Info-mail"),
	account("website", URL, "Webbplats", "Website", "Hemsida", "URL", "WWW", "Domain"),
	account("address", Text, "Adress", "Address", "Gatuadress", "Street"),
	account("zip", Postcode, "Postnr", "Postcode", "Postnummer", "ZIP", "Zip code"),
	account("city", Text, "Ort", "City", "Postort", "Stad", "Town"),
	account("state", Text, "Län", "State", "Region"),
	account("country", Text, "Land", "Country", "Landskod"),
	account("employees", Integer, "Antal anställda", "Employees", "Anställda"),
	account("revenue", Decimal, "Omsättning", "Revenue", "Turnover"),
	account("currency", Text, "Valuta", "Currency"),
	account("industry_code", ID, "SNI-kod", "Industry code", "SNI", "Bransch"),
	account("account_manager", User, "Kontoansvarig", "Account manager", "Säljare", "Ägare", "Owner"),
	account("categories", Choices, "Företagskategori", "Company category", "Kategori"),
	account("campaigns", Choices, "Kampanj", "Campaign"),
	account("notes", Text, "Anteckning", "Notes", "Kommentar", "Comment"),
	account("active", Bool, "Aktiv", "Active", "Status"),

	contact("id", ID, "Kontakt-ID", "Contact ID"),
	contact("name", Text, "Kontakt", "Contact", "Kontaktperson", "Namn"),
	contact("first_name", Text, "Förnamn", "First name"),
	contact("last_name", Text, "Efternamn", "Last name", "Surname"),
	contact("title", Text, "Titel", "Title", "Befattning", "Roll", "Job title"),
	contact("email", Email, "Kontakt: E-post", "Contact email", "E-post", "Email", "Mail", "E-mail"),
	contact("phone", Phone, "Kontakt: Telefon", "Contact phone", "Direkttelefon"),
	contact("mobile", Phone, "Mobil", "Mobile", "Mobiltelefon", "Cell"),
	contact("categories", Choices, "Kontaktkategori", "Contact category"),
	contact("campaigns", Choices, "Kontakt: Kampanj", "Contact campaign"),
	contact("notes", Text, "Kontakt: Anteckning", "Contact notes"),
	contact("active", Bool, "Kontakt: Aktiv", "Contact active"),
}

func account(name string, t Type, sv, en string, synonyms ...string) Field {
	return Field{Kind: Account, Name: name, Type: t, SV: sv, EN: en, Synonyms: synonyms}
}

func contact(name string, t Type, sv, en string, synonyms ...string) Field {
	return Field{Kind: Contact, Name: name, Type: t, SV: sv, EN: en, Synonyms: synonyms}
}
