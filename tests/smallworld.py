"""A small gazetteer of places of several parts of the world, for tests that need namesakes."""

from convoy_geo.gazetteer.build_index import Entry, build_store

AREAS = [
    ("Iraq", "IQ", 44.0, 33.0, 38_000_000, "العراق"),
    ("Syria", "SY", 38.0, 35.0, 17_000_000, "سوريا"),
    ("Lebanon", "LB", 35.83, 33.83, 6_800_000, "لبنان"), ("France", "FR", 2.0, 46.0, 67_000_000),
    ("United States", "US", -98.5, 39.76, 327_000_000), ("Canada", "CA", -95.0, 60.0, 37_000_000),
    ("United Kingdom", "GB", -2.7, 54.8, 66_000_000), ("Georgia", "GE", 43.5, 42.0, 3_700_000),
    ("Kenya", "KE", 38.0, 1.0, 51_000_000), ("Russia", "RU", 100.0, 60.0, 144_000_000),
    ("Peru", "PE", -76.0, -10.0, 32_000_000), ("Indonesia", "ID", 120.0, -5.0, 267_000_000),
    ("Iran", "IR", 53.0, 32.0, 81_800_000),
    ("Jordan", "JO", 36.0, 31.0, 10_000_000), ("Japan", "JP", 139.75, 35.68, 126_000_000),
    ("Trinidad and Tobago", "TT", -61.25, 10.5, 1_390_000, "Trinidad"),
    ("Bolivia", "BO", -65.0, -17.0, 11_353_000), ("Colombia", "CO", -73.25, 4.0, 49_649_000),
    ("Armenia", "AM", 45.0, 40.0, 2_952_000), ("China", "CN", 105.0, 35.0, 1_393_000_000),
    ("Chad", "TD", 19.0, 15.0, 15_478_000), ("India", "IN", 79.0, 22.0, 1_353_000_000),
]  # fmt: skip
FIRST_LEVEL = [
    ("Anbar", "IQ.01", 41.3, 33.5, 1_900_000), ("Texas", "US.TX", -99.25, 31.25, 22_900_000),
    ("Kentucky", "US.KY", -84.9, 38.2, 4_200_000), ("Georgia", "US.GA", -83.5, 32.75, 9_000_000),
    ("Alabama", "US.AL", -86.75, 32.75, 4_500_000), ("Ontario", "CA.08", -85.0, 49.25, 12_800_000),
    ("East Java", "ID.08", 112.5, -8.0, 37_000_000),
    ("Homs Governorate", "SY.11", 38.3, 34.47, 1_803_000, "Homs"),
    ("Washington", "US.WA", -120.5, 47.5, 6_200_000),
]  # fmt: skip
TOWNS = [
    ("Damascus", "SY.13", 36.29, 33.51, 1_570_000, "Dimashq", "دمشق"),
    ("Homs", "SY.11", 36.71, 34.73, 775_000, "Hims", "حمص"),
    ("Baghdad", "IQ.07", 44.4, 33.34, 5_670_000, "بغداد"),
    ("Rāwah", "IQ.01", 41.92, 34.48, 13_000, "Rawa", "راوة"),
    ("Rawa Mazowiecka", "PL.74", 20.25, 51.76, 17_770, "Rawa"),
    ("Al-Qa'im", "IQ.01", 41.1, 34.37, 74_100, "Qaim", "القائم"),
    ("Deir ez-Zor", "SY.07", 40.14, 35.34, 271_800, "Deir al-Zour", "Deir Ezzor", "دير الزور"),
    ("Arāk", "IR.34", 49.69, 34.09, 503_600, "Iraq"),
    ("Erbil", "IQ.11", 44.0, 36.19, 932_800, "أربيل"), ("Ani", "TR.84", 43.57, 40.5, 900),
    ("Paris", "FR.11", 2.35, 48.85, 2_138_551), ("Paris", "US.TX", -95.55, 33.66, 24_782),
    ("Paris", "CA.08", -80.38, 43.2, 12_310), ("London", "GB.ENG", -0.13, 51.51, 8_961_989),
    ("London", "CA.08", -81.23, 42.98, 422_324), ("London", "US.KY", -84.08, 37.13, 8_126),
    ("Washington", "US.DC", -77.04, 38.9, 689_545), ("Moscow", "RU.48", 37.62, 55.75, 10_381_222),
    ("Mobile", "US.AL", -88.04, 30.69, 194_288), ("Reading", "GB.ENG", -0.97, 51.46, 318_014),
    ("Franklin", "US.TN", -86.87, 35.93, 72_639), ("Nairobi", "KE.05", 36.82, -1.28, 2_750_547),
    ("Kisumu", "KE.07", 34.75, -0.1, 216_479), ("Lima", "PE.15", -77.04, -12.05, 7_737_002),
    ("Cusco", "PE.08", -71.97, -13.52, 312_140), ("Surabaya", "ID.08", 112.75, -7.25, 2_374_658),
    ("Savannah", "US.GA", -81.1, 32.08, 145_000),
    ("Rio de Janeiro", "BR.21", -43.2, -22.9, 6_023_699),
    ("Trinidad", "BO.03", -64.9, -14.83, 84_259), ("San Borja", "BO.03", -66.75, -14.82, 19_640),
    ("Armenia", "CO.23", -75.68, 4.53, 304_314), ("China", "JP.33", 131.0, 33.9, 5_976),
    ("Colombia", "CU.13", -77.43, 20.99, 20_096),
    ("Amman", "JO.16", 35.94, 31.95, 1_275_857),
    ("St. Louis", "US.MO", -90.2, 38.63, 315_685), ("Tokyo", "JP.40", 139.69, 35.69, 8_336_599),
]  # fmt: skip


def entries():
    """The places as entries of a store."""
    number = 1
    for kind, rows in (("country", AREAS), ("area1", FIRST_LEVEL), ("town", TOWNS)):
        for name, code, lon, lat, population, *others in rows:
            yield Entry(
                name, lon, lat, kind, code[:2], code if "." in code else "", population, number,
                spellings=tuple((text, "alternate") for text in others),
            )  # fmt: skip
            number += 1


def build(folder):
    """Write the gazetteer into a folder."""
    build_store(folder, entries(), info={"id": "small", "title": "a small world"})
    return folder
