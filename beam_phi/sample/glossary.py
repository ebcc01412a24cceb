"""A reference text about nobody: words, codes and values that look like PHI and must be kept."""

from __future__ import annotations

from beam_phi.sample.file import File, Part

# Terms with bars between them.
_DRUGS = (
    "acetaminophen|albuterol|allopurinol|alprazolam|amiodarone|amitriptyline|amlodipine|amoxicillin|"
    "apixaban|aripiprazole|aspirin|atenolol|atorvastatin|azithromycin|baclofen|benazepril|bisoprolol|"
    "budesonide|bupropion|buspirone|candesartan|captopril|carbamazepine|carvedilol|cefazolin|ceftriaxone|"
    "cephalexin|cetirizine|ciprofloxacin|citalopram|clindamycin|clonazepam|clonidine|clopidogrel|codeine|"
    "colchicine|cyclobenzaprine|dabigatran|dexamethasone|diazepam|diclofenac|digoxin|diltiazem|"
    "diphenhydramine|docusate|donepezil|doxazosin|doxycycline|duloxetine|enalapril|enoxaparin|"
    "escitalopram|esomeprazole|estradiol|ezetimibe|famotidine|fenofibrate|fentanyl|finasteride|"
    "fluconazole|fluoxetine|fluticasone|folic|furosemide|gabapentin|gentamicin|glimepiride|glipizide|"
    "glyburide|haloperidol|heparin|hydralazine|hydrochlorothiazide|hydrocodone|hydrocortisone|"
    "hydroxychloroquine|hydroxyzine|ibuprofen|insulin|ipratropium|irbesartan|isosorbide|ketorolac|"
    "labetalol|lamotrigine|lansoprazole|latanoprost|levetiracetam|levofloxacin|levothyroxine|lidocaine|"
    "linezolid|lisinopril|lithium|loperamide|loratadine|lorazepam|losartan|lovastatin|meloxicam|"
    "meropenem|metformin|methadone|methotrexate|methylprednisolone|metoclopramide|metoprolol|"
    "metronidazole|midazolam|mirtazapine|montelukast|morphine|mupirocin|naloxone|naproxen|nifedipine|"
    "nitrofurantoin|nitroglycerin|norepinephrine|olanzapine|olmesartan|omeprazole|ondansetron|oxycodone|"
    "pantoprazole|paroxetine|penicillin|phenytoin|pioglitazone|piperacillin|potassium|pravastatin|"
    "prednisone|pregabalin|promethazine|propofol|propranolol|quetiapine|quinapril|ramipril|ranitidine|"
    "risperidone|rivaroxaban|rosuvastatin|sertraline|sildenafil|simvastatin|sitagliptin|spironolactone|"
    "sulfamethoxazole|sumatriptan|tacrolimus|tamoxifen|tamsulosin|temazepam|terazosin|ticagrelor|timolol|"
    "tizanidine|topiramate|torsemide|tramadol|trazodone|triamterene|trimethoprim|valacyclovir|valproate|"
    "valsartan|vancomycin|venlafaxine|verapamil|warfarin|zolpidem"
)
_EPONYMS = (
    "Addison disease|Alport syndrome|Alzheimer disease|Apgar score|Asperger syndrome|Baker cyst|"
    "Barrett esophagus|Basedow disease|Batten disease|Bell palsy|Bence Jones protein|Brodie abscess|"
    "Broca area|Brudzinski sign|Budd-Chiari syndrome|Burkitt lymphoma|Chagas disease|Charcot joint|"
    "Cheyne-Stokes respiration|Chvostek sign|Colles fracture|Cooper ligament|Crohn disease|"
    "Cushing syndrome|Down syndrome|Dupuytren contracture|Ehlers-Danlos syndrome|Epstein-Barr virus|"
    "Ewing sarcoma|Fabry disease|Fallot tetralogy|Foley catheter|Friedreich ataxia|Gaucher disease|"
    "Gilbert syndrome|Glasgow coma scale|Gleason score|Goodpasture syndrome|Gram stain|Graves disease|"
    "Guillain-Barre syndrome|Hashimoto thyroiditis|Heberden nodes|Heimlich maneuver|Hickman catheter|"
    "Hirschsprung disease|Hodgkin lymphoma|Holter monitor|Horner syndrome|Huntington disease|"
    "Hurler syndrome|Kaposi sarcoma|Kawasaki disease|Kernig sign|Klinefelter syndrome|"
    "Korsakoff psychosis|Lachman test|Langerhans cells|Legg-Calve-Perthes disease|Lewy body dementia|"
    "Lou Gehrig disease|Mallory-Weiss tear|Marfan syndrome|McBurney point|McMurray test|"
    "Meckel diverticulum|Meniere disease|Merkel cell carcinoma|Mohs surgery|Moro reflex|"
    "Munchausen syndrome|Murphy sign|Osgood-Schlatter disease|Osler nodes|Paget disease|"
    "Parkinson disease|Peyronie disease|Pott fracture|Prader-Willi syndrome|Purkinje fibers|"
    "Raynaud phenomenon|Reed-Sternberg cells|Reiter syndrome|Rett syndrome|Reye syndrome|Rinne test|"
    "Romberg test|Schwann cells|Sjogren syndrome|Sims speculum|Swan-Ganz catheter|Tay-Sachs disease|"
    "Tinel sign|Tourette syndrome|Trendelenburg position|Trousseau sign|Turner syndrome|"
    "Valsalva maneuver|Virchow triad|Volkmann contracture|Wallace rule of nines|Weber test|Wernicke area|"
    "Whipple procedure|Wilms tumor|Wilson disease|Wolff-Parkinson-White syndrome"
)
_ANATOMY = (
    "abdomen|acetabulum|Achilles tendon|adrenal gland|amygdala|anterior cruciate ligament|aorta|"
    "aortic arch|appendix|atlas|axilla|axis|basilar artery|biceps|bladder|brachial plexus|brainstem|"
    "bronchus|calcaneus|carina|carotid artery|cecum|cerebellum|cervix|circle of Willis|clavicle|coccyx|"
    "cochlea|colon|cornea|corpus callosum|coronary sinus|deltoid|diaphragm|duodenum|Eustachian tube|"
    "esophagus|Fallopian tube|falx cerebri|femoral head|femur|fibula|foramen of Monro|fossa|gallbladder|"
    "greater trochanter|hallux|hippocampus|humerus|hyoid|ileum|iliac crest|islets of Langerhans|jejunum|"
    "kidney|lamina papyracea|larynx|left main coronary artery|liver|loop of Henle|lumbar spine|mandible|"
    "manubrium|mastoid|medulla|meniscus|mitral valve|navicular|optic nerve|orbit|pancreas|"
    "papillary muscle|parotid gland|patella|pelvis|pericardium|pituitary|pons|popliteal fossa|"
    "portal vein|prostate|pylorus|radius|right atrium|rotator cuff|sacrum|scapula|sella turcica|"
    "sigmoid colon|soleus|spleen|stapes|sternum|superior vena cava|talus|thalamus|thymus|thyroid|tibia|"
    "tongue|trachea|triceps|turbinate|ulna|ureter|uvula|vagus nerve|vertebral artery|xiphoid|zygoma|"
    "pouch of Morison"
)
_CODES = (
    "ICD-10 I10|ICD-10 E11.9|ICD-10 J44.1|ICD-10 N18.3|ICD-10 C34.90|ICD-10 Z85.71|ICD-10 M54.5|"
    "ICD-10 K21.9|ICD-10 F32.9|ICD-10 I48.91|ICD-10 S72.001A|ICD-10 G30.9|LOINC 718-7|LOINC 2160-0|"
    "LOINC 2345-7|LOINC 4548-4|LOINC 2951-2|LOINC 6299-2|LOINC 789-8|LOINC 777-3|LOINC 24627-2|"
    "LOINC 59776-5|CPT 71045|CPT 99213|CPT 70450|CPT 93000|CPT 36415|CPT 85025|CPT 80053|CPT 74177|"
    "HCPCS J1885|HCPCS G0463|SNOMED 38341003|SNOMED 73211009|SNOMED 195967001|RxNorm 860975|DRG 470|"
    "1.2.840.10008.1.2.1|1.2.840.10008.5.1.4.1.1.2|1.2.840.10008.5.1.4.1.1.4|1.2.840.10008.5.1.4.1.1.7"
)
_VALUES = (
    "Hgb 13.2 g/dL|WBC 7.8|Plt 245|Na 138 mmol/L|K 4.1 mmol/L|Cl 102 mmol/L|CO2 24 mmol/L|BUN 18 mg/dL|"
    "Cr 0.9 mg/dL|Glucose 104 mg/dL|Ca 9.4 mg/dL|Mg 2.0 mg/dL|HbA1c 6.8 %|TSH 2.41 mIU/L|INR 1.1|"
    "PT 12.9 s|aPTT 31 s|pH 7.40|pCO2 40 mmHg|pO2 95 mmHg|SpO2 98%|BP 120/80|HR 72|RR 16|T 37.2 C|"
    "BMI 27.4|EF 55 %|QTc 420 ms|eGFR 84|LDL 110 mg/dL|HDL 48 mg/dL|AST 22 U/L|ALT 31 U/L|CRP 0.4 mg/dL|"
    "ESR 14 mm/h|PSA 1.2 ng/mL|troponin 0.01 ng/mL|BNP 88 pg/mL|lactate 1.3 mmol/L|120 kVp|250 mAs|3.0 T|"
    "TR 2000 ms|TE 80 ms|5 mm slices|T2-weighted|L4-L5|C5-C6|Series 5|grade II/VI|stage IIIB|T2N1M0|"
    "ASA III|NYHA class II|GCS 15|Gleason 3+4=7|BI-RADS 2|5-0 nylon|18 gauge|7 French|2 x 3 cm|40 mEq"
)


def glossary() -> File:
    """A reference text; each line with a dash is a term that must be kept."""
    parts = (
        ("Drugs", [f"{name} tablets" for name in _DRUGS.split("|")]),
        ("Names in medicine", _EPONYMS.split("|")),
        ("Anatomy", _ANATOMY.split("|")),
        ("Codes", _CODES.split("|")),
        ("Values", _VALUES.split("|")),
    )
    lines = [line for title, terms in parts for line in (title, *(f"- {term}" for term in terms))]
    told = [Part(line, f"line {number}", "") for number, line in enumerate(lines, start=1)]
    content = "".join(f"{line}\n" for line in lines).encode()
    return File("reference/glossary.txt", content, told, [term for _, terms in parts for term in terms])
