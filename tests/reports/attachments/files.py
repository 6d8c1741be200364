"""Files as phones and offices make them, with what must not be passed on; everything in them is invented."""

import io

from PIL import ExifTags, Image

CAMERA = "Planted Camera"
PLACE = b"planted-place"


def picture(form: str = "PNG", size: tuple[int, int] = (64, 48), colour: str = "teal") -> bytes:
    """A picture with the camera's name and a position in its EXIF."""
    drawing = Image.new("RGB", size, colour)
    exif = drawing.getexif()
    exif[ExifTags.Base.Model] = CAMERA
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSAreaInformation] = PLACE
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (51.0, 13.0, 12.5)
    written = io.BytesIO()
    drawing.save(written, form, exif=exif)
    return written.getvalue()


NOTE = b"The gate stood open at 03:05. Nobody was seen.\n"
NAMED = b"The driver left a number: +32 470 12 34 56.\n"
NUMBERED = b"Rijksregisternummer 85.07.30-033.28\n"  # the published example of the register
MARKED = b"CONFIDENTIEL\n\nPlan of the quay.\n"
