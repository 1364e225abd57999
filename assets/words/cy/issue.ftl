# Yr ymweliad sy'n ysgrifennu, argraffu a throsglwyddo cerdyn
