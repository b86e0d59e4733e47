from marshmallow import EXCLUDE, Schema, fields


class Base(Schema):
    class Meta:
        unknown = EXCLUDE


class PatientSchema(Base):
    id = fields.Str(dump_only=True)
    name = fields.Str(required=True)


class PatientQuery(Base):
    patient_id = fields.Str(required=True)


class FullPatientSchema(PatientSchema):
    ssn = fields.Str()
