"""picows, through its interface that is like that of websockets: the other one has no compression."""

from picows.websockets import connect

import verbs
from websockets_like import Client

verbs.run(Client(connect), "picows")
