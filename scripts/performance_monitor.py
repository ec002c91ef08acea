#!/usr/bin/env python3
import os, sys; os.execv(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../omnicare"), ["omnicare", "performance", "watch", "--times", "1"] + sys.argv[1:])
