"""The vocabulary of CDA R2 with the extensions of C-CDA: element and attribute names, and HL7 v3 data types.

A document says the type of a value where there is a choice (``xsi:type``); the rest the names tell.
"""

from __future__ import annotations

import re
from functools import lru_cache

from beam_phi.library.words import word_set

#: Data types by the name of the element. Those that names tell by their ending are left out: see `data_type`.
_BY_NAME = {
    "PN": "name",
    "AD": "addr",
    "TEL": "telecom",
    "II": "id setId templateId typeId accessionNumber livingSubjectId",
    "IVL_TS": "time phase useablePeriod validTime",
    "CD": "code translation qualifier",
    "PQ": "width period quantity doseQuantity rateQuantity maxDoseQuantity numerator denominator increment",
    "INT": "versionNumber sequenceNumber repeatNumber multipleBirthOrderNumber",
    "ED": "text originalText thumbnail desc",
    "ST": "title lotNumberText derivationExpr softwareName manufacturerModelName family given prefix suffix",
}
_TYPES = {name: type_ for type_, names in _BY_NAME.items() for name in names.split()}
_ENDINGS = (("Time", "IVL_TS"), ("Code", "CD"), ("Quantity", "PQ"), ("Ind", "BL"))
#: Letters the name of a type has at most.
MAX_TYPE = 32
#: What a range is made of; each is of the type the range is of.
_RANGE = frozenset({"low", "high", "center", "event", "comp"})

#: Parts of an address that are no street.
AREAS = word_set("city county precinct censusTract municipality district")
KEPT_AREAS = word_set("state country")

# The elements of the CDA R2 schema and of narrative, and those of the sdtc namespace.
ELEMENTS = word_set(
    "ClinicalDocument structuredBody nonXMLBody component section entry entryRelationship text title "
    "realmCode typeId templateId id code effectiveTime confidentialityCode languageCode setId "
    "versionNumber copyTime recordTarget patientRole patient addr telecom name given family prefix "
    "suffix delimiter administrativeGenderCode birthTime maritalStatusCode religiousAffiliationCode "
    "raceCode ethnicGroupCode guardian guardianPerson guardianOrganization birthplace place "
    "languageCommunication modeCode proficiencyLevelCode preferenceInd providerOrganization author "
    "time functionCode assignedAuthor assignedPerson assignedAuthoringDevice representedOrganization "
    "manufacturerModelName softwareName dataEnterer assignedEntity informant relatedEntity "
    "relatedPerson custodian assignedCustodian representedCustodianOrganization informationRecipient "
    "intendedRecipient receivedOrganization legalAuthenticator authenticator signatureCode "
    "signatureText participant associatedEntity associatedPerson scopingOrganization scopingEntity "
    "inFulfillmentOf order priorityCode documentationOf serviceEvent performer relatedDocument "
    "parentDocument authorization consent statusCode componentOf encompassingEncounter "
    "dischargeDispositionCode responsibleParty encounterParticipant location healthCareFacility "
    "serviceProviderOrganization standardIndustryClassCode asOrganizationPartOf wholeOrganization "
    "observation value interpretationCode methodCode targetSiteCode derivationExpr repeatNumber "
    "referenceRange observationRange criterion precondition act procedure approachSiteCode encounter "
    "substanceAdministration routeCode doseQuantity rateQuantity maxDoseQuantity "
    "administrationUnitCode consumable supply quantity independentInd expectedUseTime product "
    "manufacturedProduct manufacturedMaterial manufacturedLabeledDrug manufacturerOrganization "
    "lotNumberText organizer participantRole playingEntity playingDevice scopingDevice specimen "
    "specimenRole specimenPlayingEntity subject relatedSubject reference externalAct "
    "externalObservation externalProcedure externalDocument observationMedia regionOfInterest "
    "seperatableInd separatableInd awarenessCode sequenceNumber translation originalText qualifier "
    "low high center width period phase offset event comp numerator denominator useablePeriod "
    "validTime thumbnail uncertainty desc streetAddressLine additionalLocator houseNumber "
    "houseNumberNumeric buildingNumberSuffix streetName streetNameBase streetNameType direction "
    "unitID unitType careOf postBox deliveryAddressLine city county precinct censusTract postalCode "
    "state country content link linkHtml sub sup br footnote footnoteRef renderMultiMedia paragraph "
    "list item caption table thead tfoot tbody colgroup col tr th td deceasedInd deceasedTime "
    "multipleBirthInd multipleBirthOrderNumber birthOrder asPatientRelationship inFulfillmentOf1 "
    "actReference dischargeDisposition identifiedBy alternateIdentification specialty "
    "admissionReferralSourceCode statusHistory functionalStatus valueSet asNamedOrganization "
    "desireDate accessionNumber priority negationInd expirationTime"
)

#: Attributes of closed vocabularies, numbers and layout; one token each.
CODES = word_set(
    "code codeSystem codeSystemVersion classCode moodCode typeCode determinerCode contextControlCode "
    "contextConductionInd inversionInd negationInd independentInd institutionSpecified operator "
    "nullFlavor unit language representation compression integrityCheckAlgorithm inclusive listType "
    "align valign border width height cellpadding cellspacing colspan rowspan frame rules scope char "
    "charoff span revised displayable partType currency alignment flavorId probability encoding "
    "ITSVersion valueSet valueSetVersion updateMode mediaType isCriterionInd dir lang nowrap"
)
#: The same, of several words.
PHRASES = word_set("codeSystemName use qualifier styleCode headers")
#: Names of elements of narrative, and references to them.
LABELS = word_set("ID IDREF referencedObject")
ATTRIBUTES = (
    CODES
    | PHRASES
    | LABELS
    | word_set("value root extension displayName assigningAuthorityName href name rel rev abbr axis")
)

#: Values of attributes that hold structure: words of HL7's own vocabularies and nobody's name.
STRUCTURE = word_set(
    "true false ACT OBS EVN INT RQO PRMS PRP ARQ APT GOL EXPEC DEF SBADM SPLY PROC ENC ENTRY CLUSTER "
    "BATTERY DOCCLIN DOCSECT DOCBODY ORGANIZER CONC INFRM REGION CTTEVENT ACCM CONS PCPR CONTREG DOC "
    "CASE SUBJ COMP REFR RSON COVBY CAUS SPRT DRIV MFST GEVL XCRPT SAS SAFB XFRM RPLC APND AUT PRF "
    "PPRF SPRF LOC DEV CSM PRD CST RCT RCV IND HLD COV ENT INF RESP ATND ADM CON DIS REF ELOC SPC "
    "CALLBCK DIST DST BBY BEN NRD ORG PUB PSN PLC MAT MMAT LIV ANM NLIV INSTANCE KIND QUANTIFIED PAT "
    "PRS CIT ECON EMP GUARD GUAR NOK CAREGIVER ASSIGNED AGNT MANU SDLOC TERR ISLC SPEC PROV ROL "
    "UNDWRT POLHOLD COVPTY PAYOR SELF OP OPT ON AN HP H HV WP DIR PST TMP BAD MC L LS C I A NI NA UNK "
    "NASK ASKU NAV MSK OTH NINF PINF TRC QS INV DER UNC NP B64 TXT DF ZL GZ KGS LBS BR CL SUBP FLFS "
    "DOCUMENTATIONOF ordered unordered left right center top middle bottom"
)

#: Codes of observations whose value is an age: SNOMED CT, LOINC.
AGE_CODES = frozenset({"424144002", "445518008", "397659008", "30525-0", "29553-5", "35659-2"})

_BASE_TYPES = (
    "AD ADXP ANY BIN BL BN CD CE CO CR CS CV ED EN ENXP II INT MO ON PN PQ PQR QTY REAL SC ST TEL TN TS URL "
    "EIVL IVL PIVL RTO UVP"
)
_DATA_TYPE = re.compile(
    rf"(?:(?:BAG|BXIT|DSET|EIVL|GLIST|HIST|HXIT|IVL|IVXB|LIST|NPPD|PIVL|PPD|RTO|SET|SLIST|SXCM|SXPR|URG|UVP)_)"
    rf"{{0,3}}(?:{_BASE_TYPES.replace(' ', '|')})(?:_(?:{_BASE_TYPES.replace(' ', '|')})){{0,2}}"
    r"|StrucDoc\.[A-Z][A-Za-z]{2,20}|thumbnail|SD\.TEXT"
)
#: Types built into XML Schema.
_SCHEMA_TYPES = word_set(
    "anyType anySimpleType anyURI base64Binary boolean byte date dateTime decimal double duration ENTITIES "
    "ENTITY float gDay gMonth gMonthDay gYear gYearMonth hexBinary ID IDREF IDREFS int integer language "
    "long Name NCName negativeInteger NMTOKEN NMTOKENS nonNegativeInteger nonPositiveInteger "
    "normalizedString NOTATION positiveInteger QName short string time token unsignedByte unsignedInt "
    "unsignedLong unsignedShort"
)


def is_data_type(name: str) -> bool:
    """True for the local name of a type of HL7 version 3 or of XML Schema."""
    return name in _SCHEMA_TYPES or _DATA_TYPE.fullmatch(name) is not None


def data_type(name: str, stated: str, parent: str) -> str:
    """The HL7 v3 data type of an element; "" where it has none that is known.

    stated: its ``xsi:type`` or "". parent: the data type of its parent.
    """
    if stated:
        return stated.rpartition(":")[2][:MAX_TYPE].upper()
    if name in _RANGE:
        return parent.rpartition("_")[2] if parent else ""
    if name == "value" and parent.endswith("TS"):
        return "TS"
    return _TYPES.get(name) or _by_ending(name)


@lru_cache(maxsize=4096)
def _by_ending(name: str) -> str:
    return next((type_ for ending, type_ in _ENDINGS if name.endswith(ending)), "")
