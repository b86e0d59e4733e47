package finding

import "fmt"

// CWE is a number of the Common Weakness Enumeration.
type CWE int

func (c CWE) String() string { return fmt.Sprintf("CWE-%d", int(c)) }

// URL is the weakness's page.
func (c CWE) URL() string {
	return fmt.Sprintf("https://cwe.mitre.org/data/definitions/%d.html", int(c))
}

// Name is what the enumeration calls the weakness, its number for one that no
// rule names.
func (c CWE) Name() string {
	if name, ok := weaknesses[c]; ok {
		return name
	}
	return c.String()
}

// weaknesses are those that rules name. Source: https://cwe.mitre.org/data/
var weaknesses = map[CWE]string{
	200: "Exposure of Sensitive Information to an Unauthorized Actor",
	209: "Generation of Error Message Containing Sensitive Information",
	213: "Exposure of Sensitive Information Due to Incompatible Policies",
	215: "Insertion of Sensitive Information Into Debugging Code",
	250: "Execution with Unnecessary Privileges",
	290: "Authentication Bypass by Spoofing",
	306: "Missing Authentication for Critical Function",
	312: "Cleartext Storage of Sensitive Information",
	359: "Exposure of Private Personal Information to an Unauthorized Actor",
	489: "Active Debug Code",
	497: "Exposure of Sensitive System Information to an Unauthorized Control Sphere",
	522: "Insufficiently Protected Credentials",
	532: "Insertion of Sensitive Information into Log File",
	538: "Insertion of Sensitive Information into Externally-Accessible File or Directory",
	540: "Inclusion of Sensitive Information in Source Code",
	636: "Not Failing Securely ('Failing Open')",
	639: "Authorization Bypass Through User-Controlled Key",
	732: "Incorrect Permission Assignment for Critical Resource",
	754: "Improper Check for Unusual or Exceptional Conditions",
	798: "Use of Hard-coded Credentials",
	916: "Use of Password Hash With Insufficient Computational Effort",
	942: "Permissive Cross-domain Security Policy with Untrusted Domains",
}
