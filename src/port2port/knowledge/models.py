"""What the network knows: the tables of each part, gathered for Django."""

from port2port.knowledge.practices.models import Endorsement as Endorsement
from port2port.knowledge.practices.models import Practice as Practice
from port2port.knowledge.practices.models import PracticeFile as PracticeFile
from port2port.knowledge.practices.models import PracticeLink as PracticeLink
from port2port.knowledge.practices.models import PracticeText as PracticeText
